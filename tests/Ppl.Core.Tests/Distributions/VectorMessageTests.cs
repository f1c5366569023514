using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What a wrong parameter or value of a family of vectors, matrices or series is told.</summary>
public sealed class VectorMessageTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Shapes_AreCheckedByConstructors()
    {
        Shape("MultivariateStudentT needs loc (..., D) and scaleTril (..., D, D); found (3) and (2, 2).",
            () => _ = new MultivariateStudentT(3, zeros(3), eye(2)));
        Shape("Wishart needs a square scaleTril; found shape (2, 3).", () => _ = new Wishart(5, ones(2, 3)));
        Shape("InverseWishart needs a square scaleTril; found shape (3).", () => _ = new InverseWishart(5, ones(3)));
        Shape(
            "MatrixNormal needs loc (..., n, p), scaleTrilRow (..., n, n) and scaleTrilColumn (..., p, p); found (3, 2), (2, 2) and (3, 3).",
            () => _ = new MatrixNormal(zeros(3, 2), eye(2), eye(3)));
        Shape("AutoRegressive needs coefficients (..., p) and initial (..., p); found (2) and (3).",
            () => _ = new AutoRegressive(ones(2), 1, 4, ones(3)));
        Shape(
            "LinearGaussianStateSpace of 4 steps needs initialLoc (..., S), initialScaleTril (..., S, S), transition and transitionScaleTril "
            + "(..., S, S), observation (..., D, S), observationScaleTril (..., D, D) and observed (..., T); found (), (2, 2), (3, 3), (2, 2), "
            + "(1, 2), (1, 1), ().",
            () => _ = new LinearGaussianStateSpace(4, 0, eye(2), eye(3), eye(2), ones(1, 2), eye(1)));
        Shape(
            "LinearGaussianStateSpace of 4 steps needs initialLoc (..., S), initialScaleTril (..., S, S), transition and transitionScaleTril "
            + "(..., T - 1, S, S), observation (..., T, D, S), observationScaleTril (..., T, D, D) and observed (..., T); found (), (2, 2), "
            + "(4, 2, 2), (1, 2, 2), (1, 1, 2), (1, 1, 1), ().",
            () => _ = new LinearGaussianStateSpace(
                4, 0, eye(2), ones(4, 2, 2), eye(2).unsqueeze(0), ones(1, 1, 2), ones(1, 1, 1), isVarying: true));
        Shape(
            "HiddenMarkov needs initial (..., K), transition (..., K, K) and an emission of shape (..., K) before its event; found (3), (3, 3) "
            + "and (2).",
            () => _ = new HiddenMarkov(4, ones(3) / 3, eye(3), new Normal(zeros(2), 1)));
        Shape("DiscretizedLogisticMixture needs logits, loc and scale of the same components; found (3), (2) and (3).",
            () => _ = new DiscretizedLogisticMixture(ones(3), ones(2), ones(3)));
    }

    [Fact]
    public void Numbers_AreCheckedByConstructors()
    {
        Argument("LKJCholesky needs a dimension of at least 2; found 1.", () => _ = new LKJCholesky(1));
        Argument("ZeroSumNormal needs a dimension of at least 2; found 1.", () => _ = new ZeroSumNormal(1));
        Argument("GaussianRandomWalk needs at least 1 step; found 0.", () => _ = new GaussianRandomWalk(1, 0));
        Argument("AutoRegressive needs at least 1 step; found 0.", () => _ = new AutoRegressive(ones(1), 1, 0));
        Argument("HiddenMarkov needs at least 1 step; found 0.", () => _ = new HiddenMarkov(0, ones(1), ones(1, 1), new Normal(zeros(1), 1)));
        Argument("DiscretizedLogistic needs low below high; found 3 and 3.", () => _ = new DiscretizedLogistic(1, 1, 3, 3));
    }

    [Fact]
    public void Parameters_AreChecked()
    {
        Parameter("Wishart needs df > 1, one less than the dimension; found 1", new Wishart(1, eye(2)));
        Parameter("InverseWishart needs df > 2, one less than the dimension; found 1.5 at [1]", new InverseWishart(tensor(new[] { 3, 1.5 }), eye(3)));
        Parameter("MultivariateStudentT needs df > 0; found 0", new MultivariateStudentT(0, 0, eye(2)));
        Parameter("MatrixNormal needs a positive diagonal of scaleTrilRow; found -1 at [0]", new MatrixNormal(0, -eye(2), eye(2)));
        Parameter("LKJCholesky needs concentration > 0; found -1", new LKJCholesky(3, -1));
        Parameter("HiddenMarkov(Normal) needs transition whose entries sum to 1; found 2 at [0]",
            new HiddenMarkov(4, ones(2) / 2, ones(2, 2), new Normal(zeros(2), 1)));
        Parameter("Normal needs scale > 0; found 0", new HiddenMarkov(4, ones(2) / 2, ones(2, 2) / 2, new Normal(zeros(2), 0)));
        Parameter("LinearGaussianStateSpace needs 0 or 1; found 2 at [1]", new LinearGaussianStateSpace(
            2, 0, eye(1), eye(1), eye(1), eye(1), eye(1), observed: tensor(new[] { 1.0, 2 })));
    }

    [Fact]
    public void Values_AreChecked()
    {
        Value(
            "DiscretizedLogistic needs a whole number from -1 to 3; found 4 at [1]", new DiscretizedLogistic(0, 1, -1, 3), tensor(new[] { 1.0, 4 }));
        Value("ZeroSumNormal needs a value whose entries sum to 0; found 3", new ZeroSumNormal(2), tensor(new[] { 1.0, 2 }));
        Value("LKJCholesky needs a value with rows of length 1; found 2 at [1]", new LKJCholesky(2), tensor(new[,] { { 1.0, 0 }, { 0, 2 } }));
        Value("Wishart needs a value that is symmetric; found 1 at [0, 1]", new Wishart(3, eye(2)), tensor(new[,] { { 1.0, 1 }, { 0, 2 } }));

        // A missing step may hold anything.
        var nan = tensor(new[,] { { 1.0 }, { double.NaN } });
        LinearGaussianStateSpace Space(Tensor? observed) => new(2, 0, eye(1), eye(1), eye(1), eye(1), eye(1), observed);
        Assert.Null(Space(tensor(new[] { true, false })).FindValueFault(nan));
        Value("LinearGaussianStateSpace needs a finite value; found NaN at [1, 0]", Space(null), nan);
    }

    [Fact]
    public void Divergences_NeedTheSameEvent()
    {
        Shape(
            "KL of Wishart(2, 2) and Wishart(3, 3) needs events of the same shape.",
            () => Ppl.Divergences.Divergence.Kl(new Wishart(5, eye(2)), new Wishart(5, eye(3))));
        Shape(
            "KL of GaussianRandomWalk(4) and GaussianRandomWalk(5) needs events of the same shape.",
            () => Ppl.Divergences.Divergence.Kl(new GaussianRandomWalk(1, 4), new GaussianRandomWalk(1, 5)));
    }

    private static void Shape(string message, Action action) => TensorAssert.Throws<PplShapeException>(message, action);

    private static void Argument(string message, Action action) => TensorAssert.Throws<PplArgumentException>(message, action);

    private static void Parameter(string message, Distribution d) => Assert.Equal(message, d.FindParameterFault()?.ToException().Message);

    private static void Value(string message, Distribution d, Tensor value) => Assert.Equal(message, d.FindValueFault(value)?.ToException().Message);
}
