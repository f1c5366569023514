using static TorchSharp.torch;

namespace Ppl.Distributions;

public sealed partial class LinearGaussianStateSpace
{
    /// <summary>The Kalman filter: what is known of the state, given the observations so far.</summary>
    private sealed class Filter(LinearGaussianStateSpace model)
    {
        private Tensor mean = model.Start();
        private Tensor covariance = Square(model.InitialScaleTril);

        /// <summary>To the state of the next step.</summary>
        public void Predict(int step)
        {
            var transition = model.At(model.Transition, step - 1);
            mean = transition.matmul(mean);
            covariance = transition.matmul(covariance).matmul(transition.transpose(-2, -1)) + Square(model.At(model.TransitionScaleTril, step - 1));
        }

        /// <summary>Takes an observation in.</summary>
        /// <param name="step">Its step.</param>
        /// <param name="value">[..., D, 1]; null for the expectation over it, which moves no mean.</param>
        /// <returns>Its log-density given those before, or its entropy; 0 where it is missing.</returns>
        public Tensor Update(int step, Tensor? value)
        {
            var (observation, noise) = (model.At(model.Observation, step), Square(model.At(model.ObservationScaleTril, step)));
            var cross = observation.matmul(covariance);
            var factor = linalg.cholesky(cross.matmul(observation.transpose(-2, -1)) + noise);
            var half = linalg.solve_triangular(factor, cross, upper: false);
            var gain = linalg.solve_triangular(factor.transpose(-2, -1), half, upper: true).transpose(-2, -1);
            var rest = eye(model.StateSize, dtype: factor.dtype, device: factor.device) - gain.matmul(observation);
            var next = rest.matmul(covariance).matmul(rest.transpose(-2, -1)) + gain.matmul(noise).matmul(gain.transpose(-2, -1));
            var constant = MultivariateGamma.HalfLogDeterminant(factor) + model.Dimension * HalfLogTwoPi;
            var seen = model.Observed?.select(-1, step).ne(0);
            Tensor result;
            if (value is null)
            {
                result = constant + model.Dimension * 0.5;
            }
            else
            {
                var surprise = value - observation.matmul(mean);
                result = MultivariateGamma.SquaredRatio(factor, surprise) * -0.5 - constant;
                mean = Chosen(seen, mean + gain.matmul(surprise), mean);
            }

            covariance = Chosen(seen, next, covariance);
            return seen is null ? result : where(seen, result, zeros_like(result));
        }

        private static Tensor Chosen(Tensor? seen, Tensor updated, Tensor kept)
            => seen is null ? updated : where(seen.unsqueeze(-1).unsqueeze(-1), updated, kept);

        private static Tensor Square(Tensor factor) => factor.matmul(factor.transpose(-2, -1));
    }
}
