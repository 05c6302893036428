"use strict";
// Draws the result that lies in the page. All text goes in by textContent; nothing is fetched.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const log = data.log, map = data.map;
  const byId = id => document.getElementById(id);
  const number = n => n.toLocaleString("en-US");
  const WORDS = { o: "boots the old system", n: "boots the new system", v: "violated", u: "unknown" };
  const SIGNS = { o: "○", n: "●", v: "✕", u: "?" };
  const KINDS = { s: "superblock", l: "log tree", t: "metadata", d: "data", o: "outside btrfs", x: "discard" };
  const FAMILIES = {
    prefix: "Power cut after each write", dropped: "One write in flight lost",
    kept: "One write in flight kept, the others lost", subset: "A random part in flight kept",
    lost: "The last writes lost", torn: "One write torn",
  };
  const LARGEST_SHARE = 600; // columns of a lane
  const FEW = 60; // rows of a table before a button shows the rest

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "text") element.textContent = value;
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }
  const fact = (name, ...value) => make("div", null, make("dt", { text: name }), make("dd", null, ...value));

  boots();
  if (!map || !log.sequence || !log.marks) return; // an older result

  // The log: one kind and one size for each entry.
  const kinds = [], blocks = [];
  for (const token of log.sequence === "" ? [] : log.sequence.split(" ")) {
    const [, kind, size, times] = /^([a-z])(\d*)(?:\*(\d+))?$/.exec(token);
    for (let i = 0; i < Number(times || 1); i++) { kinds.push(kind); blocks.push(Number(size || 0)); }
  }
  const writesBefore = [0], epochs = [], epochAt = [];
  for (let i = 0, open = null, first = 0; i < kinds.length; i++) {
    const changes = "sltdox".includes(kinds[i]);
    writesBefore.push(writesBefore[i] + (changes && kinds[i] !== "x" ? 1 : 0));
    if (changes) {
      if (!open) { open = { first, changes: [], blocks: 0 }; epochs.push(open); }
      open.changes.push(i);
      open.blocks += blocks[i];
    }
    if (kinds[i] === "f") {
      if (open) open.end = i;
      open = null;
      first = i + 1;
    } else if (open && i === kinds.length - 1) open.end = kinds.length;
  }
  epochs.forEach((epoch, i) => { epoch.number = i; for (let e = epoch.first; e <= epoch.end; e++) epochAt[e] = i; });
  for (let e = 0, last = 0; e <= kinds.length; e++) last = epochAt[e] = epochAt[e] === undefined ? last : epochAt[e];
  const writes = writesBefore[kinds.length], slots = writes + 1;
  const STEP = /^step ([^:]*): (.*)$/;
  const reported = log.marks.find(mark => mark.name === "success reported");
  const begins = log.marks.find(mark => mark.name === "update begins");

  // The states, family by family, in the order of a report.
  const states = [], byAddress = new Map(), families = {};
  for (const [family, text] of Object.entries(map.states)) {
    const list = families[family] = [];
    let last = 0; // places count from the last one of the run before
    for (const run of text.split(" ")) {
      const [, gap, more, within, verdict, failure, group] =
          /^(\d+)(?:-(\d+))?(?::([\d,-]+))?=([onuv])(?:(\d+)\.)?(\d+)?$/.exec(run);
      const add = (address, place) => {
        const state = { family, address, place, verdict, failure: Number(failure || 0), group: Number(group || 0), at: list.length };
        list.push(state);
        states.push(state);
        byAddress.set(address, state);
      };
      const from = last + Number(gap);
      last = from + Number(more || 0);
      for (let place = from; place <= last; place++) {
        if (family === "subset") {
          const [first, end = first] = within.split("-").map(Number);
          for (let s = first; s <= end; s++) add(`subset:${place}:${map.seeds[s]}`, place);
        } else if (family === "torn") {
          const [unit, ways] = map.tears[Number(within)].split(":");
          for (const way of ways.split(",")) add(`torn:${place}:${way}:${unit}`, place);
        } else if (family === "lost") add(`lost:${place}:${within}`, place);
        else add(`${family}:${place}`, place);
      }
    }
  }
  const prefixes = families.prefix || [];
  const order = prefixes.length ? prefixes : states;
  const inFlight = states.length > prefixes.length;
  const classOf = state => state.group ? map.classes[state.group - 1] : null;
  const reader = (state, which) => { const row = classOf(state); return row ? map.readers[row[which]] : null; };
  const LOADER = 4, KERNEL = 5;
  const epochOf = state => epochs[epochAt[state.family === "prefix" ? state.place : Math.min(state.place, kinds.length)]];
  const issued = state => state.family === "prefix" ? state.place : (epochOf(state) || { end: state.place }).end;
  const slotOf = state => writesBefore[state.family === "prefix" ? state.place : Math.min(state.place, kinds.length)];
  /** The writes over which a state is drawn. */
  function span(state) {
    if (state.family === "subset" || state.family === "lost") {
      const epoch = epochOf(state);
      return [writesBefore[epoch.first] + 1, Math.max(writesBefore[epoch.end], writesBefore[epoch.first] + 1)];
    }
    const slot = state.family === "prefix" ? slotOf(state) : writesBefore[Math.min(state.place + 1, kinds.length)];
    return [slot, slot];
  }

  // In words, as the gate says it.
  function momentAt(entries) {
    let moment = "before the update began";
    for (const mark of log.marks) {
      if (mark.entry >= entries) break;
      const step = STEP.exec(mark.name);
      if (step) moment = `in step ${step[1]} (${step[2]})`;
      else if (mark.name.startsWith("step ")) moment = "in " + mark.name;
      else if (mark === begins) moment = "as the update began";
      else if (mark === reported) moment = "after the update had reported success";
    }
    return moment;
  }
  const writeName = entry => `entry ${number(entry)}${kinds[entry] === "x" ? ", a discard" : ""}`;
  function when(state) {
    const epoch = epochOf(state);
    const where = epoch ? `, in epoch ${number(epoch.number + 1)} of ${number(epochs.length)}` : "";
    if (state.family === "prefix") {
      const all = number(kinds.length);
      if (state.place === kinds.length) return `Power lost after all ${all} entries.`;
      return `Power lost ${state.place === 0 ? "before the first" : "after " + number(state.place)} of ${all} entries${where}, ${momentAt(state.place)}.`;
    }
    const all = epoch.changes.length, rest = `${where}, ${momentAt(epoch.end)}`;
    const part = {
      dropped: () => all === 1 ? "without its only write" : `with all of its ${number(all)} writes but ${writeName(state.place)}`,
      kept: () => `with none of its ${number(all)} writes but ${writeName(state.place)}`,
      subset: () => `with a random part of its ${number(all)} writes (seed ${state.address.split(":")[2]})`,
      lost: () => `with all of its ${number(all)} writes but entries ${state.address.split(":")[2]}`,
      torn: () => { const [, , way, unit] = state.address.split(":"); return `with units ${way} (of ${number(Number(unit))} bytes) of ${writeName(state.place)}${all === 1 ? ", its only one" : ` and all others of its ${number(all)} writes`}`; },
    }[state.family]();
    return `Power lost${rest.replace(",", "")}, ${part}.`;
  }
  function outcome(state) {
    const row = classOf(state);
    if (state.verdict === "n" && row && row[3] === "old") return "boots the new system once, the old one from then on";
    if (state.verdict === "v") {
      const names = [...new Set(map.failures[state.failure].map(f => data.faults[f].property))];
      return `violates ${names.map(titled).join(", ")}`;
    }
    return WORDS[state.verdict];
  }
  const titled = property => data.properties[property] ? `${property} (${data.properties[property][0]})` : property;
  const system = view => !view ? "not known" : view.root === null ? "nothing: it finds no system" : view.system ? `the ${view.system} system` : "another root";

  // The strip.
  let from = 0, to = slots, chosen = null, allRows = false;
  const commit = prefixes.findIndex(state => { const view = reader(state, LOADER); return view && view.system === "new"; });
  const commitSlot = commit < 0 ? -1 : slotOf(prefixes[commit]);
  /** The entry that is the write of a column. */
  const entryOf = slot => writesBefore.indexOf(slot) - 1;
  const percent = slot => 100 * (slot - from) / (to - from);

  const seen = view => !view ? "u" : view.root === null ? "u" : view.system === "old" ? "o" : view.system === "new" ? "n" : "x";
  const lanes = [];
  const addLane = (name, note, list, code, tall) => lanes.push({ name, note, list, code, tall });
  if (prefixes.length) addLane("Power cut after each write", "what the machine boots", prefixes, state => state.verdict, true);
  if (prefixes.length && prefixes.some(state => state.group)) {
    addLane("Boot loader", "what GRUB, or what the updater goes by, would start", prefixes, state => seen(reader(state, LOADER)));
    addLane("Kernel", "what the mounted filesystem has for the default", prefixes, state => seen(reader(state, KERNEL)));
  }
  for (const family of Object.keys(families)) {
    if (family !== "prefix") addLane(FAMILIES[family] || family, `${number(families[family].length)} states`, families[family], state => state.verdict);
  }

  function drawLane(lane) {
    const shown = make("div", { class: "lane" + (lane.tall ? " tall" : ""), "aria-hidden": true });
    const columns = Math.min(to - from, LARGEST_SHARE), scale = columns / (to - from);
    const found = Array.from({ length: columns }, () => "");
    for (const state of lane.list) {
      const [first, last] = span(state);
      if (last < from || first >= to) continue;
      const code = lane.code(state);
      const end = Math.min(columns - 1, Math.floor((Math.min(last, to - 1) - from) * scale));
      for (let c = Math.floor((Math.max(first, from) - from) * scale); c <= end; c++) {
        if (!found[c].includes(code)) found[c] += code;
      }
    }
    // A cut between two writes that leaves the disk of the one before looks like that one.
    if (lane.list === prefixes && data.selection.sample === null) {
      for (let c = 1; c < columns; c++) if (found[c] === "") found[c] = found[c - 1];
    }
    for (const code of "onuxv") {
      for (let c = 0; c < columns; c++) {
        if (!found[c].includes(code)) continue;
        let end = c + 1;
        while (end < columns && found[end].includes(code)) end++;
        const bar = make("i", { class: code });
        bar.style.left = `${100 * c / columns}%`;
        bar.style.width = `max(2px, ${100 * (end - c) / columns}%)`;
        shown.append(bar);
        c = end;
      }
    }
    return shown;
  }

  function bands(list, kind) {
    const lane = make("div", { class: "lane " + kind, "aria-hidden": true });
    for (const band of list) {
      if (band.end <= from || band.start >= to) continue;
      const left = Math.max(0, percent(band.start)), width = Math.min(100, percent(band.end)) - left;
      const wide = width > 4;
      const shown = make("div", { class: "band" + (wide ? "" : " thin") + (band.chosen ? " chosen" : ""), title: band.title, text: kind === "bands" && width > 1.6 ? (wide ? band.title : band.short) : "" });
      shown.style.left = `${left}%`;
      shown.style.width = `${width}%`;
      lane.append(shown);
    }
    return lane;
  }

  function steps() {
    const list = [];
    for (const mark of log.marks) {
      const step = STEP.exec(mark.name);
      const at = writesBefore[mark.entry] + 1;
      const last = list[list.length - 1];
      if (last && last.end === null && (step || mark === reported || mark === begins)) last.end = at;
      if (step) list.push({ start: at, end: null, title: `${step[1]} ${step[2]}`, short: step[1] });
    }
    for (const band of list) if (band.end === null) band.end = slots;
    return list.filter(band => band.end > band.start);
  }

  function moments() {
    const box = byId("moments");
    box.replaceChildren();
    document.querySelectorAll(".rule").forEach(rule => rule.remove());
    const list = [];
    if (commitSlot >= 0 && commit > 0) list.push([commitSlot, "commit point: from here the boot loader starts new", true]);
    if (reported) list.push([writesBefore[reported.entry] + 1, "success reported", false]);
    for (const [slot, text, high] of list) {
      if (slot < from || slot > to) continue;
      const flip = percent(slot) > 55;
      const label = make("div", { class: "moment" + (flip ? " flip" : "") + (high ? " high" : ""), text });
      label.style.left = `${percent(slot)}%`;
      const rule = make("div", { class: "rule", "aria-hidden": true });
      rule.style.left = flip ? `calc(${percent(slot)}% - 2px)` : `${percent(slot)}%`;
      rule.style.top = "2.9rem";
      box.append(label);
      byId("strip").append(rule);
    }
  }

  function drawStrip() {
    const box = byId("lanes");
    box.replaceChildren();
    const named = (name, note, lane) => box.append(make("div", { class: "lane-name" }, make("b", { text: name }), make("span", { text: note })), lane);
    const first = lanes[0];
    if (first) named(first.name, first.note, drawLane(first));
    const list = steps();
    if (list.length) named("Steps of the update", "", bands(list, "bands"));
    const current = chosen && epochOf(chosen);
    named("Epochs", `${number(epochs.length)}, each ends with a flush`, bands(epochs.map(epoch => ({
      start: writesBefore[epoch.first] + 1, end: writesBefore[epoch.end] + 1, chosen: epoch === current,
      title: `epoch ${epoch.number + 1}: ${epoch.changes.length} writes`, short: "" })), "epochs"));
    for (const lane of lanes.slice(1)) named(lane.name, lane.note, drawLane(lane));
    moments();
    byId("axis").replaceChildren(
      make("span", { text: from === 0 ? "before the first write" : `entry ${number(entryOf(from))}` }),
      make("span", { text: to === slots ? `after all ${number(kinds.length)} entries` : `entry ${number(entryOf(to - 1))}` }));
    byId("zoom-out").disabled = from === 0 && to === slots;
    drawCursor();
  }

  function drawCursor() {
    const cursor = byId("cursor");
    if (!chosen) return;
    const [first, last] = span(chosen);
    cursor.hidden = last < from || first >= to;
    cursor.style.left = `${Math.max(0, percent(first))}%`;
    cursor.style.width = `${Math.min(100, percent(last + 1)) - Math.max(0, percent(first))}%`;
  }

  function window_(start, end) {
    from = Math.max(0, Math.floor(start));
    to = Math.min(slots, Math.max(from + 1, Math.ceil(end)));
    drawStrip();
  }

  // One state.
  const link = (state, text) => make("a", { href: "#" + state.address, text: text || state.address });
  const sign = state => make("a", {
    class: "sign " + state.verdict, href: "#" + state.address, text: SIGNS[state.verdict],
    title: `${state.address}: ${outcome(state)}`, "aria-label": `${state.address}: ${outcome(state)}`,
    "aria-current": state === chosen ? "true" : null });
  const right = state => state.verdict === "o" || state.verdict === "n";

  function choose(state, quietly) {
    const other = !chosen || epochOf(chosen) !== epochOf(state);
    chosen = state;
    if (other) allRows = false;
    const [first, last] = span(state);
    if (last < from || first >= to) { const half = (to - from) / 2; window_(first - half, first - half + (to - from)); }
    else drawStrip();
    const slider = byId("slider");
    const at = state.family === "prefix" ? state.at : 0;
    slider.setAttribute("aria-valuemax", Math.max(0, order.length - 1));
    slider.setAttribute("aria-valuenow", at);
    slider.setAttribute("aria-valuetext", `${when(state)} ${outcome(state)}`);
    if (!quietly) history.replaceState(null, "", "#" + state.address);
    drawState(state);
    drawEpoch(epochOf(state));
  }

  function drawState(state) {
    const line = byId("state-verdict");
    line.replaceChildren(make("span", { class: "sign " + state.verdict, "aria-hidden": true, text: SIGNS[state.verdict] }), " ", "It " + (state.verdict === "u" ? "is unknown what this state boots" : outcome(state)) + ".");
    byId("state-when").textContent = when(state);
    const words = (data.words[state.address] || []).map(n => data.texts[n]);
    const list = byId("state-violations");
    list.replaceChildren();
    if (state.verdict === "v") {
      const faults = map.failures[state.failure].map(f => data.faults[f]);
      const exact = words.length === faults.length;
      faults.forEach((fault, i) => list.append(make("li", { text: exact ? words[i] : fault.what },
        make("small", { text: `${titled(fault.property)}${data.properties[fault.property] ? ": " + data.properties[fault.property][1] : ""}` }))));
      if (!exact) words.forEach(text => list.append(make("li", { text })));
    } else words.forEach(text => list.append(make("li", { text })));

    const views = [["loader-view", reader(state, LOADER)], ["kernel-view", reader(state, KERNEL)]];
    for (const [id, view] of views) {
      const shown = byId(id).querySelector("p");
      shown.textContent = system(view);
      if (view && view.root) shown.append(make("small", { text: "/" + view.root.replace(/^\//, "") }));
    }
    const differ = state.group && views[0][1].root !== views[1][1].root;
    byId("loader-view").parentElement.classList.toggle("differ", Boolean(differ));
    const note = byId("readers-differ");
    note.hidden = !differ;
    note.textContent = differ ? "The two differ: the boot loader reads the last commit and does not replay the log, and goes by the newest superblock; the kernel by the first." : "";

    const row = classOf(state), facts = byId("state-facts");
    facts.replaceChildren(fact("Address", make("code", { text: state.address })));
    const success = reported && issued(state) > reported.entry;
    facts.append(fact("Success reported", success ? "yes: only the new system is right" : "not yet: old and new are both right"));
    facts.append(fact("Class", row ? `${number(state.group)} of ${number(map.classes.length)}: ${row[1] === 1 ? "it is alone in it" : number(row[1]) + " states"}` : "none",
      ...(row && row[0] !== state.address && byAddress.has(row[0]) ? [", the first is ", link(byAddress.get(row[0]))] : [])));

    const list_ = families[state.family], box = byId("neighbours");
    let before = state.at - 1, after = state.at + 1;
    while (before >= 0 && !right(list_[before])) before--;
    while (after < list_.length && !right(list_[after])) after++;
    const neighbour = (index, none) => index >= 0 && index < list_.length
      ? [sign(list_[index]), " ", link(list_[index]), `: ${outcome(list_[index])}. ${when(list_[index])}`] : [none];
    box.replaceChildren(
      fact("Last right before it", ...neighbour(before, "none")),
      fact("Next right after it", ...neighbour(after, "none")));
    commands(state);
  }

  // Commands, quoted for a POSIX shell: names in a result are not to be trusted.
  const quoted = text => /^[A-Za-z0-9_@%+=:,.\/-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
  function directory() {
    if (location.protocol !== "file:") return "REPORT";
    try { return decodeURIComponent(location.pathname.replace(/\/[^/]*$/, "")) || "/"; } catch { return "REPORT"; }
  }
  function caseName(state) {
    if (state.family === "prefix") return `cases/state-${state.place}.json`;
    const name = state.address.replace(/[:,]/g, "-");
    if (name.length <= 100) return `cases/${name}.json`;
    let hash = 0;
    for (const c of name) hash = (31 * hash + c.charCodeAt(0)) | 0;
    return `cases/${name.slice(0, 100)}-${(hash >>> 0).toString(16).padStart(8, "0")}.json`;
  }
  function commands(state) {
    const box = byId("commands");
    box.replaceChildren();
    if (state.verdict !== "v") {
      box.append(make("p", { text: state.verdict === "u" ? "It has no case file: it could not be judged." : "It is right, so it has no case file. Cases are written for states that violate something." }));
      return;
    }
    const file = quoted(`${directory()}/${caseName(state)}`), updater = data.updater && data.updater.startsWith("shell:") ? " --updater " + quoted(data.updater) : "";
    for (const [name, line] of [
      ["Make this disk again, and explain it", `ci/gate reproduce ${file}${updater}`],
      ["Look into it with a shell", `ci/gate reproduce ${file} --shell${updater}`],
      ["Boot it in a virtual machine", `ci/gate reproduce ${file} --boot${updater}`],
      ["Find the fewest lost writes that still violate it", `ci/gate minimize ${file}${updater}`],
    ]) box.append(make("p", { class: "command-name", text: name }), make("pre", { text: line, tabindex: 0 }));
  }

  // One epoch.
  const among = (family, place) => (index[family] || (index[family] = group(families[family] || []))).get(place) || [];
  const index = {};
  function group(list) {
    const places = new Map();
    for (const state of list) { if (!places.has(state.place)) places.set(state.place, []); places.get(state.place).push(state); }
    return places;
  }
  const signs = list => list.length ? list.map(sign) : [make("span", { class: "sign u", text: "·", title: "not checked, or equal to another state" })];

  function drawEpoch(epoch) {
    byId("epoch-section").hidden = !epoch;
    if (!epoch) return;
    byId("epoch-title").textContent = `Epoch ${number(epoch.number + 1)} of ${number(epochs.length)}: ${number(epoch.changes.length)} ${epoch.changes.length === 1 ? "write" : "writes"}, ${number(epoch.blocks * 4)} KiB, ${momentAt(epoch.end)}`;
    byId("epoch-table").classList.toggle("prefixes", !inFlight);
    const parts = byId("epoch-parts");
    parts.replaceChildren();
    for (const family of ["subset", "lost"]) {
      const list = among(family, epoch.first);
      if (list.length) parts.append(make("span", { text: `${FAMILIES[family]}: ` }), ...list.slice(0, 200).map(sign), " ");
    }
    const body = byId("epoch-table").querySelector("tbody");
    body.replaceChildren();
    const near = chosen ? epoch.changes.indexOf(chosen.family === "prefix" ? chosen.place - 1 : chosen.place) : 0;
    const start = allRows || epoch.changes.length <= FEW ? 0 : Math.max(0, Math.min(near - FEW / 2, epoch.changes.length - FEW));
    const rows = epoch.changes.slice(start, allRows ? undefined : start + FEW);
    for (const entry of rows) {
      const here = chosen && (chosen.family === "prefix" ? chosen.place === entry + 1 : chosen.place === entry);
      body.append(make("tr", { class: here ? "chosen" : null },
        make("th", { scope: "row", text: number(entry) }),
        make("td", { text: KINDS[kinds[entry]] }), make("td", { class: "number", text: number(blocks[entry] * 4) }),
        make("td", null, ...signs(among("prefix", entry + 1))),
        make("td", { class: "inflight" }, ...signs(among("dropped", entry))),
        make("td", { class: "inflight" }, ...signs(among("kept", entry))),
        make("td", { class: "inflight" }, ...signs(among("torn", entry)))));
    }
    byId("epoch-more").hidden = rows.length === epoch.changes.length;
    byId("epoch-before").disabled = epoch.number === 0;
    byId("epoch-after").disabled = epoch.number === epochs.length - 1;
  }
  function chooseEpoch(step) {
    const epoch = epochs[epochOf(chosen).number + step];
    const state = epoch && (nearest(writesBefore[epoch.first] + 1) || states[0]);
    if (state) choose(state);
  }

  // Classes and boots.
  function classes(all) {
    const body = byId("classes").querySelector("tbody");
    body.replaceChildren();
    const rows = all ? map.classes : map.classes.slice(0, FEW);
    rows.forEach((row, i) => {
      const state = byAddress.get(row[0]);
      body.append(make("tr", null, make("th", { scope: "row", class: "number", text: number(i + 1) }),
        make("td", null, ...(state ? [sign(state), " ", outcome(state)] : ["not known"])),
        make("td", { class: "number", text: number(row[1]) }),
        make("td", { text: system(map.readers[row[LOADER]]) }), make("td", { text: system(map.readers[row[KERNEL]]) }),
        make("td", null, state ? link(state) : row[0])));
    });
    byId("classes-more").hidden = rows.length === map.classes.length;
  }
  function boots() {
    if (!data.boots.length) return;
    byId("boots-section").hidden = false;
    const file = name => typeof name === "string" && /^consoles\/[A-Za-z0-9-]+\.(log|png)$/.test(name);
    for (const boot of data.boots) {
      byId("boots").querySelector("tbody").append(make("tr", null,
        make("th", { scope: "row" }, make("a", { href: "#" + boot.address, text: boot.address })),
        make("td", { class: "number", text: number(boot.states) }), make("td", { text: boot.system }),
        make("td", { text: (boot.problem ? "✕ " + boot.problem : "✓ " + (boot.proof || "")) }),
        make("td", { class: "number", text: boot.seconds.toFixed(1) }),
        make("td", null, ...(file(boot.console) ? [make("a", { href: boot.console, text: "console" })] : []),
          ...(file(boot.screen) ? [" ", make("a", { href: boot.screen, text: "screen" })] : []))));
    }
  }

  // What a person does.
  function nearest(slot) {
    let low = 0, high = order.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (slotOf(order[middle]) <= slot) low = middle; else high = middle - 1;
    }
    return order[low];
  }
  const slider = byId("slider");
  slider.addEventListener("pointerdown", event => {
    const box = slider.getBoundingClientRect();
    choose(nearest(from + Math.floor((event.clientX - box.left) / box.width * (to - from))));
  });
  slider.addEventListener("pointermove", event => { if (event.buttons === 1) slider.dispatchEvent(new PointerEvent("pointerdown", event)); });
  slider.addEventListener("keydown", event => {
    const now = chosen && chosen.family === "prefix" ? chosen.at : order.indexOf(nearest(slotOf(chosen)));
    const far = event.shiftKey ? 10 : 1;
    const next = { ArrowRight: now + far, ArrowUp: now + far, ArrowLeft: now - far, ArrowDown: now - far,
      PageDown: now - 50, PageUp: now + 50, Home: 0, End: order.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(order[Math.max(0, Math.min(order.length - 1, next))]);
  });
  const violated = states.find(state => state.verdict === "v");
  byId("zoom-out").addEventListener("click", () => window_(0, slots));
  byId("zoom-epoch").addEventListener("click", () => { const epoch = epochOf(chosen); if (epoch) window_(writesBefore[epoch.first] - 2, writesBefore[epoch.end] + 4); });
  byId("to-commit").addEventListener("click", () => choose(prefixes[commit]));
  byId("to-violation").addEventListener("click", () => choose(violated));
  byId("to-commit").disabled = commit < 0;
  byId("to-violation").disabled = !violated;
  byId("epoch-before").addEventListener("click", () => chooseEpoch(-1));
  byId("epoch-after").addEventListener("click", () => chooseEpoch(1));
  byId("epoch-more").addEventListener("click", () => { allRows = true; drawEpoch(epochOf(chosen)); });
  byId("classes-more").addEventListener("click", () => classes(true));
  const named = () => { try { return byAddress.get(decodeURIComponent(location.hash.slice(1))); } catch { return undefined; } };
  window.addEventListener("hashchange", () => { const state = named(); if (state) { choose(state, true); byId("state").focus(); } });

  if (!states.length) return;
  for (const id of ["strip-section", "state-section", "classes-section"]) byId(id).hidden = false;
  classes(false);
  choose(named() || violated || prefixes[commit] || order[0], true);
})();
