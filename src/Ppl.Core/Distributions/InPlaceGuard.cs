using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// Lets libtorch itself find, in a backward pass, that a tensor which a custom function saved was changed in place in the meantime.
/// </summary>
/// <remarks>
/// The custom function would find it too, when it reads its saved tensors; but its backward pass is managed code between native frames, and
/// on TorchSharp an exception there ends the process. So an operation of libtorch that has saved the same memory stands between the function
/// and whatever uses its result: a matrix product over an inner dimension of size 0. It changes no value. The gradient of its first factor
/// needs the second one, so libtorch keeps that and compares its count of changes, before the function is reached. The second factor is a
/// view without elements, and a view shares the count with the tensor that it looks at.
/// </remarks>
internal static class InPlaceGuard
{
    /// <summary>The result, behind an operation that refuses its backward pass when the saved tensor has changed.</summary>
    /// <param name="result">What a custom function returned: at least one dimension, with a gradient.</param>
    /// <param name="saved">The tensor that the function saved, of the result's type.</param>
    public static Tensor Protect(Tensor result, Tensor saved)
    {
        var shape = result.shape;
        if (shape.Length > 2)
        {
            using var flat = result.flatten();
            using var guarded = Protect(flat, saved);
            return guarded.view(shape);
        }

        using var alias = saved.detach();
        if (shape.Length == 1)
        {
            using var noColumns = result.as_strided([shape[0], 0], [1, 1]);
            using var nothing = alias.as_strided([0], [1]);
            return result.addmv(noColumns, nothing);
        }

        using var empty = result.narrow(1, 0, 0);
        using var noRows = alias.as_strided([0, shape[1]], [1, 1]);
        return result.addmm(empty, noRows);
    }
}
