/* New figures land in place. Dash builds everything under a changed property anew: focus, open parts and charts would
   be lost. So where an answer was asked for by new figures (see live.js), what differs from the shown components is
   set one by one, and Dash hears that nothing changed. */
(function () {
  "use strict";

  const isComponent = (one) => Boolean(one && typeof one === "object" && one.type && one.namespace && one.props);

  function equal(one, other) {
    if (one === other) return true;
    if (!one || !other || typeof one !== "object" || typeof other !== "object") return false;
    if (Array.isArray(one) !== Array.isArray(other)) return false;
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length && keys.every((key) => key in other && equal(one[key], other[key]));
  }

  /** Two components that one place may show, the second after the first, without being built anew. */
  const alike = (one, other) =>
    isComponent(one) && isComponent(other) && one.type === other.type && one.namespace === other.namespace
    && equal(one.props.id, other.props.id);

  /** Set what differs at a path of Dash's layout, as deep down as possible. */
  function patch(path, shown, fresh) {
    const changed = {};
    for (const name of new Set([...Object.keys(shown.props), ...Object.keys(fresh.props)])) {
      const [before, after] = [shown.props[name], fresh.props[name]];
      if (name === "children" ? !patchChildren(path, before, after) : !equal(before, after)) changed[name] = after;
    }
    if (Object.keys(changed).length) window.dash_clientside.set_props(shown.props.id ?? path, changed);
  }

  /** True where the children are now what they should be; false where they must be built anew. */
  function patchChildren(path, before, after) {
    if (alike(before, after)) {
      patch([...path, "props", "children"], before, after);
      return true;
    }
    if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return equal(before, after);
    if (!before.every((one, place) => alike(one, after[place]) || equal(one, after[place]))) return false;
    before.forEach((one, place) => {
      if (isComponent(one)) patch([...path, "props", "children", place], one, after[place]);
    });
    return true;
  }

  /** What a callback of the open page was asked because of new figures, else null. */
  function liveQuestion(url, options) {
    if (!String(url).includes("_dash-update-component") || typeof options?.body !== "string") return null;
    if (!options.body.includes('"live":true')) return null;
    const { inputs, changedPropIds } = JSON.parse(options.body);
    const { id, property, value } = inputs[0];
    return value?.live && equal(changedPropIds, [`${id}.${property}`]) ? { id, value } : null;
  }

  function land(question, answer) {
    const layout = window.dash_component_api.getLayout;
    if (!equal(layout(question.id)?.props.data, question.value)) return; // the address has changed meanwhile
    const { strs } = window.dash_stores[0].getState().paths;
    for (const [id, props] of Object.entries(answer.response)) {
      const shown = layout(id);
      if (shown) patch(strs[id], shown, { ...shown, props: { ...shown.props, ...props } });
    }
  }

  const fetch = window.fetch;
  window.fetch = async function (url, options) {
    const question = liveQuestion(url, options);
    const response = await fetch.call(this, url, options);
    if (!question || response.status !== 200) return response;
    try {
      land(question, await response.clone().json());
    } catch (error) {
      return response; // a shape that nobody foresaw: Dash builds it anew
    }
    return new Response(null, { status: 204 }); // Dash: nothing to do
  };
})();
