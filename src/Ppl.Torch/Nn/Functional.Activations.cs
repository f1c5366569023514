namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? Shared(x.relu_(), x) : x.relu();

            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? Shared(x.relu6_(), x) : x.relu6();

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? Shared(input.leaky_relu_(negative_slope), input) : input.leaky_relu(negative_slope);

            public static Tensor rrelu(Tensor x, double lower = 1.0 / 8.0, double upper = 1.0 / 3.0, bool inplace = false) =>
                inplace ? Shared(x.rrelu_(lower, upper), x) : x.rrelu(lower, upper);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? Shared(x.elu_(alpha), x) : x.elu(alpha);

            public static Tensor selu(Tensor x, bool inplace = false) => inplace ? Shared(x.selu_(), x) : x.selu();

            public static Tensor celu(Tensor x, double alpha, bool inplace = false) => inplace ? Shared(x.celu_(alpha), x) : x.celu(alpha);

            public static Tensor threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                inplace ? Shared(x.threshold_(threshold, value), x) : x.threshold(threshold, value);

            public static Tensor Threshold(Tensor x, double threshold, double value, bool inplace = false) =>
                functional.threshold(x, threshold, value, inplace);

            public static Tensor hardtanh(Tensor x, double min_val = -1.0, double max_val = 1.0, bool inplace = false) =>
                inplace ? Shared(x.hardtanh_(min_val, max_val), x) : x.hardtanh(min_val, max_val);

            public static Tensor Hardtanh(Tensor x, double min_val = -1.0, double max_val = 1.0, bool inplace = false) =>
                hardtanh(x, min_val, max_val, inplace);

            public static Tensor hardsigmoid(Tensor input, bool inplace = false) =>
                inplace ? Shared(input.hardsigmoid_(), input) : input.hardsigmoid();

            public static Tensor hardswish(Tensor input, bool inplace = false) =>
                inplace ? Shared(input.hardswish_(), input) : input.hardswish();

            public static Tensor Hardshrink(Tensor x, double lambda = 0.5) => hardshrink(x, lambda);

            public static Tensor Softshrink(Tensor x, double lambda = 0.5) => softshrink(x, lambda);

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => inplace ? Shared(x.gelu_(), x) : x.gelu();

            public static Tensor gelu(Tensor x, Modules.GELU.Approximate approximate, bool inplace = false) =>
                inplace ? Shared(x.gelu_(approximate), x) : x.gelu(approximate);

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? Shared(x.silu_(), x) : x.silu();

            public static Tensor SiLU(Tensor x, bool inplace = false) => silu(x, inplace);

            public static Tensor Mish(Tensor x) => mish(x);

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? Shared(x.sigmoid_(), x) : x.sigmoid();

            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? Shared(x.tanh_(), x) : x.tanh();

            public static Tensor Tanhshrink(Tensor x) => tanhshrink(x);

            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) => x.softplus(beta, threshold);

            public static Tensor Softsign(Tensor x) => softsign(x);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor softmax2d(Tensor x) => x.softmax(-3);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor glu(Tensor input, long dim = -1) => input.glu(dim);

            public static Tensor prelu(Tensor input, Tensor weight) => input.prelu(weight);

            public static Tensor tanhshrink(Tensor x, bool inplace = false)
            {
                using var shrunk = x.tanh();
                return inplace ? Shared(x.sub_(shrunk), x) : x - shrunk;
            }

            public static Tensor softsign(Tensor x, bool inplace = false)
            {
                using var size = x.abs();
                using var scale = size + 1;
                return inplace ? Shared(x.div_(scale), x) : x / scale;
            }

            public static Tensor softmin(Tensor x, long dim)
            {
                using var negative = x.neg();
                return negative.softmax(dim);
            }

            /// <summary>
            /// The result of an in-place operation as a tensor object of its own, so that a caller who disposes
            /// the input and keeps the result (as Sequential does) loses nothing.
            /// </summary>
            private static Tensor Shared(Tensor result, Tensor input) => ReferenceEquals(result, input) ? input.alias() : result;
        }
    }
}
