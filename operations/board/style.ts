/** The page's only style sheet; the content security policy names its digest. */
export const style = `
:root { color-scheme: light dark; --back: #fbfbfa; --card: #fff; --text: #1b1f24; --soft: #57606a; --edge: #d0d7de; --accent: #0b57d0; --good: #116329; --bad: #a40e26; --warm: #fff4d6; }
@media (prefers-color-scheme: dark) { :root { --back: #0f1216; --card: #171b21; --text: #e6e9ed; --soft: #9aa4af; --edge: #343b44; --accent: #8ab4f8; --good: #6fdd8b; --bad: #ff9a9a; --warm: #3a2f12; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem clamp(.75rem, 3vw, 2rem) 3rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
h1 { font-size: 1.5rem; margin: .5rem 0 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: .25rem 0; }
.soft { color: var(--soft); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: .5rem 0; }
nav a { display: inline-block; padding: .35rem 0; }
.stacks { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); list-style: none; margin: 0; padding: 0; }
.stacks > li { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; padding: .9rem 1rem; }
.stacks ul { list-style: none; margin: .35rem 0 0; padding: 0; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; }
svg { display: block; }
.layer rect { fill: var(--card); stroke: var(--edge); stroke-width: 1.5; }
.layer.differs rect { fill: var(--warm); stroke: var(--bad); stroke-dasharray: 5 3; }
.layer text { fill: var(--text); font: 600 14px system-ui, sans-serif; }
.layer .digest { fill: var(--soft); font: 12px ui-monospace, monospace; }
.line { fill: none; stroke: var(--soft); stroke-width: 1.5; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .6rem .75rem 0; color: var(--soft); }
th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid var(--edge); vertical-align: top; }
tbody tr:last-child td, tbody tr:last-child th { border-bottom: 0; }
tbody th { min-width: 7rem; }
code { font: .875em ui-monospace, monospace; }
time, td code { white-space: nowrap; }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 600; }
details { margin-top: .75rem; }
summary { cursor: pointer; padding: .35rem 0; }
`;
