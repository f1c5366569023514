using static TorchSharp.torch;

namespace Ppl.Distributions;

public sealed partial class LinearGaussianStateSpace
{
    /// <summary>
    /// The Kalman filter in square-root form: what is known of the state, given the observations so far, with the covariance's Cholesky factor in
    /// place of the covariance.
    /// </summary>
    private sealed class Filter(LinearGaussianStateSpace model)
    {
        private Tensor mean = model.Start();
        private Tensor factor = model.InitialScaleTril;

        /// <summary>To the state of the next step.</summary>
        public void Predict(int step)
        {
            var transition = model.At(model.Transition, step - 1);
            mean = transition.matmul(mean);
            factor = Triangular(Beside(transition.matmul(factor), model.At(model.TransitionScaleTril, step - 1)));
        }

        /// <summary>Takes an observation in.</summary>
        /// <param name="step">Its step.</param>
        /// <param name="value">[..., D, 1]; null for the expectation over it, which moves no mean.</param>
        /// <returns>Its log-density given those before, or its entropy; 0 where it is missing.</returns>
        public Tensor Update(int step, Tensor? value)
        {
            var (observation, noise) = (model.At(model.Observation, step), model.At(model.ObservationScaleTril, step));
            var (size, states) = (model.Dimension, model.StateSize);

            // The covariance of observation and state together, of which the triangular factor has the gain and what remains of the state's.
            var cross = observation.matmul(factor);
            var above = Beside(noise, cross);
            var below = Beside(noise.new_zeros(states, size), factor);
            var rows = Broadcast(above, below);
            var joint = Triangular(cat([above.expand([.. rows, size, size + states]), below.expand([.. rows, states, size + states])], -2));
            var own = joint.narrow(-2, 0, size).narrow(-1, 0, size);
            var constant = MultivariateGamma.HalfLogDeterminant(own) + size * NormalMath.HalfLogTwoPi;
            var seen = model.Observed?.select(-1, step).ne(0);
            factor = Chosen(seen, joint.narrow(-2, size, states).narrow(-1, size, states), factor);
            if (value is null) return Counted(seen, constant + size * 0.5);
            var white = linalg.solve_triangular(own, value - observation.matmul(mean), upper: false);
            mean = Chosen(seen, mean + joint.narrow(-2, size, states).narrow(-1, 0, size).matmul(white), mean);
            return Counted(seen, white.square().sum(-2, -1) * -0.5 - constant);
        }

        private static Tensor Counted(Tensor? seen, Tensor result) => seen is null ? result : where(seen, result, zeros_like(result));

        private static Tensor Chosen(Tensor? seen, Tensor updated, Tensor kept)
            => seen is null ? updated : where(seen.unsqueeze(-1).unsqueeze(-1), updated, kept);

        private static Tensor Beside(Tensor left, Tensor right)
        {
            var rows = Broadcast(left, right);
            return cat([left.expand([.. rows, .. left.shape[^2..]]), right.expand([.. rows, .. right.shape[^2..]])], -1);
        }

        private static long[] Broadcast(Tensor left, Tensor right)
            => Shapes.Broadcasting.Broadcast(left.shape.AsSpan(..^2), right.shape.AsSpan(..^2), "a matrix", "another");

        /// <summary>The lower triangular L with a positive diagonal and L Lᵀ = A Aᵀ: the triangle of Aᵀ = Q R.</summary>
        private static Tensor Triangular(Tensor wide)
        {
            var triangle = linalg.qr(wide.transpose(-2, -1)).Item2.transpose(-2, -1);
            return triangle * triangle.diagonal(0, -2, -1).sign().unsqueeze(-2);
        }
    }
}
