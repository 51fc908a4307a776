#!/bin/bash
# The picture of relayrules map in a real browser, by day and by night: each state has its colour where it belongs, and pointing at a
# place tells what holds there. Without Chromium the test says SKIPPED and ends with 77; where CI=true is set it fails.
source "$SOURCE/tests/end_to_end/begin.bash"

needs chromium

cp "$SOURCE/tests/end_to_end/map/every-state.tcp.smtp" .
relayrules map every-state.tcp.smtp -o map.svg

# The page draws the picture on a canvas, in its natural size, and reads pixels; then it points at places of the picture itself.
# Places are "x y" in units of 64 pixels, which is one first octet, from the top left of the square.
{
  cat << 'HEAD'
<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block;width:1072px}</style>
HEAD
  cat map.svg
  printf '<script>const picture = "data:image/svg+xml;base64,%s";\n' "$(base64 -w 0 map.svg)"
  cat << 'SCRIPT'
const places = {"8 public": [2.5, 2.5], "10 private": [3.5, 3.5], "60 denied": [0.5, 6.5], "52.0 public": [3.5, 5.75], "0 allowed": [0.3, 0.9]};
const lines = [];
const image = new Image();
image.onload = () => {
  const canvas = document.createElement("canvas");
  canvas.width = 1072;
  canvas.height = Math.round(1072 * image.naturalHeight / image.naturalWidth);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  for (const [name, [x, y]] of Object.entries(places)) {
    // hatching lies over most places: the colour that most pixels near the place have
    const data = context.getImageData(24 + 64 * x - 6, 92 + 64 * y - 6, 12, 12).data, counts = {};
    for (let i = 0; i < data.length; i += 4) {
      const colour = data.slice(i, i + 3).join(",");
      counts[colour] = (counts[colour] || 0) + 1;
    }
    lines.push("pixel " + name + ": " + Object.keys(counts).reduce((a, b) => counts[a] >= counts[b] ? a : b));
  }
  const titleAt = (x, y) => document.elementFromPoint(24 + 64 * x, 92 + 64 * y).querySelector("title").textContent.split("\n");
  for (const [name, [x, y]] of Object.entries(places)) lines.push("title " + name + ": " + titleAt(x, y).join(" | "));
  lines.push("mark: " + titleAt(275 / 256, 3096 / 256).join(" | "));
  lines.push("role: " + document.querySelector("svg").getAttribute("role"));
  const widest = Math.max(...[...document.querySelectorAll("svg>text")].map(text => text.getBoundingClientRect().right));
  lines.push("text within the picture: " + (widest < 1072));
  document.body.innerHTML = "<pre></pre>";
  document.querySelector("pre").textContent = lines.join("\n");
};
image.src = picture;
</script>
SCRIPT
} > page.html

# look SCHEME FILE: what the page found out, with the reader's preference 0 (dark) or 1 (light)
look() {
  chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update \
    --force-device-scale-factor=1 --window-size=1200,1600 --user-data-dir="$PWD/profile" --virtual-time-budget=10000 \
    --blink-settings=preferredColorScheme="$1" --dump-dom "file://$PWD/page.html" 2> chromium.log |
    sed -n '/<pre>/,/<\/pre>/p' | sed 's/.*<pre>//; s/<\/pre>.*//' > "$2"
  rm -rf profile
  [ -s "$2" ] || fail "the browser said nothing: $(tail -n 5 chromium.log)"
}

cat > expected << 'EXPECTED'
title 8 public: public addresses may relay | 8.0.0.0/8 | 16,777,216 addresses; clients without a name, with a name that no rule is about, =.example.com | every-state.tcp.smtp:4
title 10 private: private, loopback or reserved addresses may relay | 10.0.0.0/8 | 16,777,216 addresses; clients without a name, with a name that no rule is about, =.example.com | every-state.tcp.smtp:3
title 60 denied: addresses are refused | 60.0.0.0/6, 64.0.0.0/6, 68.0.0.0/7, 70.0.0.0/8 | 184,549,376 addresses; clients without a name, with a name that no rule is about, =.example.com | every-state.tcp.smtp:12
title 52.0 public: public addresses may relay | 52.0.0.0/9 | 8,388,608 addresses; clients without a name, with a name that no rule is about, =.example.com | every-state.tcp.smtp:5
title 0 allowed: addresses are let in, without relaying | 0.0.0.0/5, 9.0.0.0/8, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/4, 48.0.0.0/6, 52.128.0.0/9 and 98 more | 3,498,049,277 addresses; clients without a name, with a name that no rule is about | every-state.tcp.smtp:16
mark: public addresses may relay | 81.2.69.0/24 | every-state.tcp.smtp:6 | and 1 more small networks near it
role: img
text within the picture: true
EXPECTED

# check FILE PUBLIC PRIVATE DENIED ALLOWED: the colours, and the same words by day and by night
check() {
  printf 'pixel 8 public: %s\npixel 10 private: %s\npixel 60 denied: %s\npixel 52.0 public: %s\npixel 0 allowed: %s\n' \
    "$2" "$3" "$4" "$2" "$5" | cat - expected | diff - "$1" || fail "the picture, $1"
}

look 1 light
check light 204,68,9 106,81,163 238,240,242 169,207,232
look 0 dark
check dark 255,135,71 181,163,234 38,43,49 56,97,125
echo "all cases passed"
