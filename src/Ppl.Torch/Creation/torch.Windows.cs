namespace TorchSharp;

public static partial class torch
{
    public static Tensor bartlett_window(
        long len, bool periodic = true, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Finish(Raw.bartlett_window(len, periodic, dtype, device), requires_grad, null);

    public static Tensor blackman_window(
        long len, bool periodic = true, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Finish(Raw.blackman_window(len, periodic, dtype, device), requires_grad, null);

    public static Tensor hann_window(
        long len, bool periodic = true, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Finish(Raw.hann_window(len, periodic, dtype, device), requires_grad, null);

    public static Tensor hamming_window(
        long len, bool periodic = true, float alpha = 0.54f, float beta = 0.46f, ScalarType? dtype = null, Device device = null,
        bool requires_grad = false) => Finish(Raw.hamming_window(len, periodic, alpha, beta, dtype, device), requires_grad, null);

    public static Tensor kaiser_window(
        long len, bool periodic = true, float beta = 12, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
        Finish(Raw.kaiser_window(len, periodic, beta, dtype, device), requires_grad, null);

    public static Tensor sparse_coo_tensor(
        Tensor indices, Tensor values, long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) => Finish(Raw.sparse_coo_tensor(indices, values, size, dtype, device), requires_grad, names);

    public static Tensor sparse(
        Tensor indices, Tensor values, long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) => sparse_coo_tensor(indices, values, size, dtype, device, requires_grad, names);
}
