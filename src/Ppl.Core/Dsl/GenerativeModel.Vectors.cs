using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl;

/// <summary>The words for families of vectors, matrices and whole series.</summary>
public abstract partial class GenerativeModel
{
    /// <inheritdoc cref="Distributions.MultivariateStudentT(TensorOrScalar, TensorOrScalar, Tensor)"/>
    protected static MultivariateStudentT MultivariateStudentT(TensorOrScalar df, TensorOrScalar loc, Tensor scaleTril) => new(df, loc, scaleTril);

    /// <inheritdoc cref="Distributions.LKJCholesky(long, TensorOrScalar?)"/>
    protected static LKJCholesky LKJCholesky(long dimension, TensorOrScalar? concentration = null) => new(dimension, concentration);

    /// <inheritdoc cref="Distributions.Wishart(TensorOrScalar, Tensor)"/>
    protected static Wishart Wishart(TensorOrScalar df, Tensor scaleTril) => new(df, scaleTril);

    /// <inheritdoc cref="Distributions.InverseWishart(TensorOrScalar, Tensor)"/>
    protected static InverseWishart InverseWishart(TensorOrScalar df, Tensor scaleTril) => new(df, scaleTril);

    /// <inheritdoc cref="Distributions.MatrixNormal(TensorOrScalar, Tensor, Tensor)"/>
    protected static MatrixNormal MatrixNormal(TensorOrScalar loc, Tensor scaleTrilRow, Tensor scaleTrilColumn) =>
        new(loc, scaleTrilRow, scaleTrilColumn);

    /// <inheritdoc cref="Distributions.ZeroSumNormal(long, TensorOrScalar?)"/>
    protected static ZeroSumNormal ZeroSumNormal(long dimension, TensorOrScalar? scale = null) => new(dimension, scale);
}
