/** What a view shows, in plain words, from the numbers themselves. */
import { plural, short } from '../../dom.js';
import { descriptorOf, familyName, profileOf, stageName } from './collection.js';
import { correlationWords } from './other-figures.js';
import { percent } from './profiles.js';

/**
 * @typedef {import('./views.js').Context} Context
 * @typedef {import('./collection.js').Member} Member
 */

/** @param {string} view @param {Context} context @returns {string[]} */
export function sentences(view, context) {
  const { collection } = context;
  if (collection.isEmpty) return [];
  const n = collection.members.length;
  switch (view) {
    case 'profile': {
      const { families } = collection;
      const best = families.map(({ members }) => members.reduce((a, b) => ((b.accuracy ?? 0) > (a.accuracy ?? 0) ? b : a)));
      return [
        n === 1 ? 'The line follows one network from its first layer to its output.' : `Each line is one checkpoint of ${families.length === 1 ? familyName(families[0].members[0].network) : 'a network'} from its first layer to its output; the better its test accuracy, the farther its colour from the ground.`,
        ...(families.length === 1 ? context.descriptors.map((descriptor) => course(context, best[0], descriptor)) : [`${plural(families.length, 'family', 'families')}, ${n} checkpoints. All panels of a row have one vertical axis.`]),
      ].filter(Boolean);
    }
    case 'training': {
      const { family, step } = context;
      if (!family) return [];
      return [`${familyName(family.members[0].network)} learns: each column of the map is a checkpoint, each row a layer. The thick line is “${stageName(family.members[step].network)}”.`, change(context)].filter(Boolean);
    }
    case 'architectures':
      if (context.lines.length < 2) return ['One network. Choose more above, or open reports of other families, to lay them over one another.'];
      return [`${plural(context.lines.length, 'network')} over one another, relative depth from the first layer to the output. Dashed lines read text. Sums can be compared only where the clouds have the same number of points and coordinates.`];
    case 'generalisation':
      return [
        `Each point is a network: its ${descriptorOf(collection, context.descriptor).label} at “${context.layer}” and the share of test samples that it gets wrong.`,
        context.correlation ? `${correlationWords(context.correlation)}. The intervals hold 95 % of bootstrap resamples of the networks; one that contains 0 shows no relation.` : '',
      ].filter(Boolean);
    case 'data-sets':
      return ['One architecture on different data. Where a curve stays high until late, its data stay complex to greater depth.'];
    case 'activations':
      return ['One architecture with different activation functions, trained alike. The earlier a curve falls, the faster this network simplifies.'];
    case 'attacks':
      return ['The same network on the same images, attacked with growing strength ε and scaled anew for each. Colour is the macro-F1 that is left.'];
    default:
      return ['Each cell compares two layers on the same samples. The layers of a block do nearly the same thing; at an edge between blocks the network changes its representation.'];
  }
}

/** From first to last layer. @param {Context} context @param {Member} member @param {string} descriptor */
function course({ collection }, member, descriptor) {
  const rows = profileOf(member, descriptor).rows.filter((row) => row.value !== null);
  if (rows.length < 3) return '';
  const value = (/** @type {typeof rows[0]} */ row) => Number(row.value);
  const peak = rows.reduce((a, b) => (value(b) > value(a) ? b : a));
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const label = descriptorOf(collection, descriptor).label;
  const who = `${stageName(member.network)}, ${percent(member.accuracy)}`;
  if (peak === first) return `${label} (${who}) falls from ${short(value(first))} at ${first.layer} to ${short(value(last))} at ${last.layer}.`;
  if (peak === last) return `${label} (${who}) grows from ${short(value(first))} at ${first.layer} to ${short(value(last))} at ${last.layer}.`;
  return `${label} (${who}) rises from ${short(value(first))} to ${short(value(peak))} at ${peak.layer}, then goes to ${short(value(last))} at ${last.layer}.`;
}

/** Where training changed a descriptor most. @param {Context} context */
function change({ collection, family, descriptor }) {
  if (!family) return '';
  const [first, last] = [family.members[0], family.members[family.members.length - 1]].map((member) => new Map(profileOf(member, descriptor).rows.map((row) => [row.layer, row.value])));
  const changes = [...last].flatMap(([layer, now]) => {
    const before = first.get(layer);
    return before && now !== null ? [{ layer, before, now, ratio: now / before }] : [];
  });
  if (changes.length === 0) return '';
  const most = changes.reduce((a, b) => (Math.abs(Math.log(b.ratio)) > Math.abs(Math.log(a.ratio)) ? b : a));
  return `From the first to the last checkpoint ${descriptorOf(collection, descriptor).label} changes most at ${most.layer}: from ${short(most.before)} to ${short(most.now)}.`;
}
