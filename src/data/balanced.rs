//! A part of the samples in which classes are equally frequent.

use super::Labels;
use crate::random::Random;

/// `count` sample indices in increasing order, spread evenly over the classes; classes that run short are filled up from
/// the others. Without labels, or with labels for another number of samples, every sample is equally likely.
///
/// Equal arguments give equal indices; all indices if `count` is at least `n_samples`.
pub fn balanced(labels: Option<&Labels>, n_samples: usize, count: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let labels = labels.filter(|labels| labels.of_sample().len() == n_samples);
    let (Some(labels), true) = (labels, count < n_samples) else {
        return random.subset(n_samples, count);
    };
    let mut members = vec![Vec::new(); labels.classes().len()];
    for (sample, &class) in labels.of_sample().iter().enumerate() {
        members[usize::from(class)].push(sample);
    }
    let sizes: Vec<usize> = members.iter().map(Vec::len).collect();
    let quotas = quotas(&sizes, count, &mut random);
    let mut chosen = Vec::with_capacity(count);
    for (members, quota) in members.iter().zip(quotas) {
        chosen.extend(random.subset(members.len(), quota).into_iter().map(|i| members[i]));
    }
    chosen.sort_unstable();
    chosen
}

/// How many to take of each class; `count` is at most the sum of `sizes`.
fn quotas(sizes: &[usize], count: usize, random: &mut Random) -> Vec<usize> {
    let mut quotas = vec![0; sizes.len()];
    let mut rest = count;
    while rest > 0 {
        let open: Vec<usize> = (0..sizes.len()).filter(|&class| quotas[class] < sizes[class]).collect();
        if open.is_empty() {
            break;
        }
        let share = rest / open.len();
        if share == 0 {
            for i in random.subset(open.len(), rest) {
                quotas[open[i]] += 1;
            }
            break;
        }
        for class in open {
            let more = share.min(sizes[class] - quotas[class]);
            quotas[class] += more;
            rest -= more;
        }
    }
    quotas
}
