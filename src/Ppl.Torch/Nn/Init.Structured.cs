namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class init
        {
            /// <summary>The identity matrix, as far as the shape allows.</summary>
            public static Tensor eye_(Tensor tensor)
            {
                RequireDimensions(tensor, 2, 2);
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                tensor.copy_(eye(tensor.shape[0], tensor.shape[1], dtype: tensor.dtype, device: tensor.device));
                return tensor;
            }

            /// <summary>A convolution's weight that passes as many channels as it can through unchanged.</summary>
            public static Tensor dirac_(Tensor tensor)
            {
                RequireDimensions(tensor, 3, 5);
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var shape = tensor.shape;
                tensor.zero_();
                for (var channel = 0L; channel < Math.Min(shape[0], shape[1]); channel++)
                {
                    var centre = tensor.select(0, channel).select(0, channel);
                    foreach (var size in shape.Skip(2)) centre = centre.select(0, size / 2);

                    centre.fill_(1);
                }

                return tensor;
            }

            /// <summary>Saxe et al. (2013): rows (or columns, whichever are fewer) are orthonormal, times the gain.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1.0)
            {
                RequireDimensions(tensor, 2, int.MaxValue);
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var rows = tensor.shape[0];
                var columns = tensor.NumberOfElements / rows;
                var flat = randn(rows, columns, dtype: tensor.dtype, device: tensor.device);
                var (q, r) = linalg.qr(rows < columns ? flat.t() : flat);

                // The signs of r's diagonal make the draw uniform over the orthogonal group.
                q = q * r.diagonal().sign();
                tensor.copy_((rows < columns ? q.t() : q).reshape(tensor.shape) * gain);
                return tensor;
            }

            /// <summary>Martens (2010): each column has the given share of zeros, the rest is N(0, std²).</summary>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01)
            {
                RequireDimensions(tensor, 2, 2);
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var (rows, columns) = (tensor.shape[0], tensor.shape[1]);
                var zeros = (long)Math.Ceiling(sparsity * rows);
                tensor.normal_(0, std);
                for (var column = 0L; column < columns; column++)
                {
                    var chosen = randperm(rows, device: tensor.device).narrow(0, 0, zeros);
                    tensor.select(1, column).index_fill_(0, chosen, 0);
                }

                return tensor;
            }

            /// <summary>N(mean, std²) restricted to [a, b], drawn by inverting its distribution function.</summary>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2,
                Generator generator = null)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                using var bounds = torch.tensor(new[] { (a - mean) / (std * Math.Sqrt(2)), (b - mean) / (std * Math.Sqrt(2)) });
                using var cdf = bounds.erf();
                tensor.uniform_(cdf[0].item<double>(), cdf[1].item<double>(), generator);
                tensor.erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b);
                return tensor;
            }

            private static void RequireDimensions(Tensor tensor, int least, int most)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (tensor.Dimensions < least || tensor.Dimensions > most)
                {
                    throw new ArgumentException(
                        $"The tensor has {tensor.Dimensions} dimensions, which this filling is not defined for.", nameof(tensor));
                }
            }
        }
    }
}
