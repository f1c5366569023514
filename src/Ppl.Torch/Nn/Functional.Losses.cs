namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>½ (log max(variance, eps) + (input - target)² / max(variance, eps)), and ½ log 2π more when full.</summary>
            public static Tensor gaussian_nll_loss(Tensor input, Tensor target, Tensor variance, bool full = false, float eps = 1e-6f,
                Reduction reduction = Reduction.Mean)
            {
                ArgumentNullException.ThrowIfNull(variance);
                using var scope = NewDisposeScope();
                if (variance.lt(0).any().item<bool>()) throw new ArgumentException("A variance is negative.", nameof(variance));

                // The bound keeps the variance away from zero without a gradient of its own, as the original does.
                var bounded = variance.clone();
                using (no_grad())
                {
                    bounded.clamp_min_(eps);
                }

                var loss = (bounded.log() + ((input - target).square() / bounded)) * 0.5;
                if (full) loss = loss + (0.5 * Math.Log(2 * Math.PI));

                return Reduced(loss, reduction).MoveToOuterDisposeScope();
            }

            /// <summary>The mean over the classes of each label's binary cross entropy with logits.</summary>
            public static Tensor multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor weight = null,
                Reduction reduction = Reduction.Mean)
            {
                ArgumentNullException.ThrowIfNull(target);
                using var scope = NewDisposeScope();
                var loss = ((target * input.log_sigmoid()) + ((1 - target) * input.neg().log_sigmoid())).neg();
                loss = weight is null ? loss : loss * weight;
                return Reduced(loss.mean([-1]), reduction).MoveToOuterDisposeScope();
            }

            /// <summary>
            /// max(0, d(anchor, positive) - d(anchor, negative) + margin); swap takes the nearer of the two distances to the negative.
            /// </summary>
            public static Tensor triplet_margin_with_distance_loss(Tensor anchor, Tensor positive, Tensor negative,
                Func<Tensor, Tensor, Tensor> distance = null, double margin = 1.0, bool swap = false, Reduction reduction = Reduction.Mean)
            {
                using var scope = NewDisposeScope();
                distance ??= (left, right) => pairwise_distance(left, right);
                var near = distance(anchor, positive);
                var far = distance(anchor, negative);
                far = swap ? far.minimum(distance(positive, negative)) : far;
                return Reduced((near - far + margin).clamp_min(0), reduction).MoveToOuterDisposeScope();
            }

            private static Tensor Reduced(Tensor loss, Reduction reduction) => reduction switch
            {
                Reduction.Mean => loss.mean(),
                Reduction.Sum => loss.sum(),
                _ => loss,
            };
        }
    }
}
