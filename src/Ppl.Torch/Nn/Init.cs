namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Fills tensors in place, unseen by autograd, and returns them.</summary>
        public static partial class init
        {
            public enum FanInOut
            {
                FanIn,
                FanOut,
            }

            public enum NonlinearityType
            {
                Linear,
                Conv1D,
                Conv2D,
                Conv3D,
                ConvTranspose1D,
                ConvTranspose2D,
                ConvTranspose3D,
                Sigmoid,
                Tanh,
                ReLU,
                LeakyReLU,
            }

            /// <summary>The factor by which weights grow so that the nonlinearity keeps the variance of what passes through it.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3.0,
                NonlinearityType.ReLU => Math.Sqrt(2.0),
                NonlinearityType.LeakyReLU => Math.Sqrt(2.0 / (1 + (param * param))),
                _ => 1.0,
            };

            /// <summary>How many inputs an output unit of the weight has, and how many outputs an input unit.</summary>
            /// <exception cref="ArgumentException">The tensor has fewer than two dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                var shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException(
                        $"The fan of a tensor needs at least 2 dimensions, this one has {shape.Length}.", nameof(tensor));
                }

                var field = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
                return (shape[1] * field, shape[0] * field);
            }

            public static Tensor constant_(Tensor tensor, Scalar val)
            {
                using var noGrad = no_grad();
                Drop(tensor.fill_(val), tensor);
                return tensor;
            }

            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator generator = null)
            {
                using var noGrad = no_grad();
                Drop(tensor.uniform_(low, high, generator), tensor);
                return tensor;
            }

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator generator = null)
            {
                using var noGrad = no_grad();
                Drop(tensor.normal_(mean, std, generator), tensor);
                return tensor;
            }

            /// <summary>Glorot and Bengio (2010): U(-b, b) with b = gain √(6 / (fan in + fan out)).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Glorot and Bengio (2010): N(0, s²) with s = gain √(2 / (fan in + fan out)).</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            public static Tensor glorot_uniform_(Tensor tensor, double gain = 1.0) => xavier_uniform_(tensor, gain);

            public static Tensor glorot_normal_(Tensor tensor, double gain = 1.0) => xavier_normal_(tensor, gain);

            /// <summary>He et al. (2015): U(-b, b) with b = √3 gain / √fan.</summary>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3.0) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>He et al. (2015): N(0, s²) with s = gain / √fan.</summary>
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var fan = mode == FanInOut.FanIn ? fanIn : fanOut;
                return fan == 0 ? 0 : calculate_gain(nonlinearity, a) / Math.Sqrt(fan);
            }

            /// <summary>In-place operations of the tensor may return another view of it; no view outlives the filling.</summary>
            private static void Drop(Tensor result, Tensor tensor)
            {
                if (!ReferenceEquals(result, tensor)) result.Dispose();
            }
        }
    }
}
