// In a frame of another site: tells the page around it how high it is, for those who let the frame grow.

if (window.parent !== window) {
  const tell = () => {
    const communityDirectoryHeight = Math.ceil(document.body.getBoundingClientRect().height);
    window.parent.postMessage({ communityDirectoryHeight }, "*"); // a height is no secret
  };
  new ResizeObserver(tell).observe(document.body);
}
