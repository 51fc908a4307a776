// The look of the page of an audit (audit_html.cpp).
//
// The system's own fonts, two accents, and colour never alone: every outcome stands there as a word. On paper and by
// day the page is light; wide tables scroll by themselves on a phone, and are whole on paper.
#pragma once

#include <string_view>

namespace core {

/// The content of <style>.
inline constexpr std::string_view audit_html_style = R"css(
:root{--paper:#fff;--ink:#1d2126;--quiet:#555f6b;--line:#d5dae0;--soft:#f4f6f8;--good:#1b6e46;--good-soft:#e3f3ea;
--bad:#a8320b;--bad-soft:#fce8e0;--link:#1f5f99}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e8eaed;--quiet:#a7b0bb;--line:#39414a;
--soft:#1d2227;--good:#7fd0a4;--good-soft:#17362a;--bad:#ff9a6b;--bad-soft:#43200f;--link:#8fc1ee}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem clamp(1rem,4vw,3rem) 3rem;max-width:72rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,"Helvetica Neue",Arial,sans-serif}
h1{margin:0;font-size:clamp(1.6rem,5vw,2.4rem);line-height:1.15;letter-spacing:-.01em}
h2{margin:2.5rem 0 .75rem;font-size:1.3rem;line-height:1.25}
h3{margin:1.5rem 0 .5rem;font-size:1.05rem}
p,ul{margin:.5rem 0}ul{padding-left:1.25rem}
p,li{max-width:44rem}p,li,td{overflow-wrap:anywhere}
.verdict{padding:1.25rem 1.5rem;border-left:.5rem solid var(--good);background:var(--good-soft)}
.verdict h1{color:var(--good)}
.verdict.open{border-color:var(--bad);background:var(--bad-soft)}.verdict.open h1{color:var(--bad)}
.quiet{color:var(--quiet)}
code,.address{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em;
overflow-wrap:anywhere}
.wide{overflow-x:auto}
.wide:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
a{color:var(--link)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--quiet);padding-bottom:.5rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border-bottom:1px solid var(--line)}
th{font-weight:600}thead th,thead td{border-bottom:2px solid var(--quiet)}
.matrix{table-layout:fixed}
.matrix td strong{display:block;font-size:1.2rem}
.matrix th,.matrix td{border:1px solid var(--line)}
.good{background:var(--good-soft)}.good strong{color:var(--good)}
.bad{background:var(--bad-soft)}.bad strong{color:var(--bad)}
.crowds td{min-width:6.5rem}td code,th code,th .quiet{font-weight:400}
.forms{table-layout:fixed;min-width:40rem}.forms code{font-size:.82em}
.error,.warning{color:var(--bad)}
.findings li{margin-bottom:.75rem}
figure{margin:1rem 0}figure svg{display:block;width:100%;max-width:67rem;height:auto}
@media (max-width:36rem){th,td{padding:.4rem .5rem}.matrix td strong{font-size:1.05rem}.matrix th:first-child,
.matrix thead td{width:5.5rem}}
@media print{body{padding:0;max-width:none;font-size:10pt}h2,h3{break-after:avoid}tr,li,figure,.verdict{
break-inside:avoid}.wide{overflow:visible}.crowds td,.forms{min-width:0}figure svg{max-height:24cm}*{
-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace core
