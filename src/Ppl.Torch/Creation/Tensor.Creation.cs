using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor zeros(params long[] sizes) => Make(Factory.zeros, sizes, dtype, device, false, null);

        public Tensor ones(params long[] sizes) => Make(Factory.ones, sizes, dtype, device, false, null);

        public Tensor empty(params long[] sizes) => Make(Factory.empty, sizes, dtype, device, false, null);

        public Tensor full(long[] sizes, Scalar value) => Fill(sizes, value, dtype, device, false, null);

        public Tensor full(ReadOnlySpan<long> sizes, Scalar value) => Fill(sizes, value, dtype, device, false, null);

        public Tensor eye(long rows, long columns) => torch.eye(rows, columns, dtype, device);

        public Tensor zeros_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            torch.zeros_like(this, dtype, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            torch.ones_like(this, dtype, device, requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            torch.empty_like(this, dtype, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            torch.full_like(this, value, dtype, device, requires_grad);

        public Tensor rand_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            torch.rand_like(this, dtype, device, requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            torch.randn_like(this, dtype, device, requires_grad);

        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            torch.randint_like(this, low, high, dtype, device, requires_grad);

        // Draws into this tensor, which takes the new shape.

        public Tensor rand_out(params long[] sizes) => OpCall.Into(this, torch.rand(sizes, dtype, device));

        public Tensor randn_out(params long[] sizes) => OpCall.Into(this, torch.randn(sizes, dtype, device));

        public Tensor randint_out(long high, long[] sizes) => OpCall.Into(this, torch.randint(high, sizes, dtype, device));

        public Tensor randperm_out(long n) => OpCall.Into(this, torch.randperm(n, dtype, device));

        public Tensor arange_out(Scalar start, Scalar stop, Scalar step) => OpCall.Into(this, torch.arange(start, stop, step, dtype, device));
    }

    public static Tensor rand_out(Tensor input, params long[] sizes) => input.rand_out(sizes);

    public static Tensor randint_out(Tensor input, long high, long[] sizes) => input.randint_out(high, sizes);

    public static Tensor randperm_out(Tensor input, long n) => input.randperm_out(n);
}
