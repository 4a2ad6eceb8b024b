// Turns the physical sides in a third party's stylesheet into logical ones
// (left becomes inline-start), so that its components also work right to left.
// Our own styles are written with logical properties from the start.

const SIDES = { left: "inline-start", right: "inline-end" };
const CORNERS = {
  "top-left": "start-start",
  "top-right": "start-end",
  "bottom-left": "end-start",
  "bottom-right": "end-end",
};

/** The name of one property with its physical side, if any, made logical. */
function logicalName(name) {
  const corner = name.match(/^border-((?:top|bottom)-(?:left|right))-radius$/);
  if (corner) return `border-${CORNERS[corner[1]]}-radius`;
  if (name in SIDES) return `inset-${SIDES[name]}`;
  const sided = name.match(/^((?:scroll-)?(?:margin|padding)|border)-(left|right)(-\w+)?$/);
  return sided ? `${sided[1]}-${SIDES[sided[2]]}${sided[3] ?? ""}` : name;
}

/** The parts of a value, split at spaces that are not inside brackets. */
function parts(value) {
  return value.match(/(?:[^\s(]+|\((?:[^()]|\([^()]*\))*\))+/g) ?? [];
}

/** One declaration, as the list of declarations that say the same logically. */
function logicalDeclaration(name, value) {
  if (/^(?:text-align|justify-content|float|clear)$/.test(name) && /^(?:left|right)\b/.test(value)) {
    const side = SIDES[value.match(/^\w+/)[0]];
    const said = /^(?:float|clear)$/.test(name) ? side : side.replace("inline-", "");
    return [[name, value.replace(/^\w+/, said)]];
  }
  if (/^(?:margin|padding)$/.test(name)) {
    const important = /\s*!important$/.exec(value)?.[0] ?? "";
    const [top, right, bottom, left] = parts(value.slice(0, value.length - important.length));
    if (left !== undefined && left !== right) {
      return [
        [`${name}-block`, `${top} ${bottom}${important}`],
        [`${name}-inline`, `${left} ${right}${important}`],
      ];
    }
  }
  return [[logicalName(name), value]];
}

/** A whole stylesheet (as Sass prints it, one declaration a line) made logical. */
export function logical(css) {
  return css.replace(
    /^(\s*)([a-z-]+):\s*([^;{}]+);$/gm,
    (_, indent, name, value) =>
      logicalDeclaration(name, value)
        .map(([property, text]) => `${indent}${property}: ${text};`)
        .join("\n"),
  );
}
