namespace Ppl.Torch.Tests.Tensors;

/// <summary>Gradients of the differentiable operations against central differences in double precision.</summary>
public class GradientTests
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Function, double Low, double High)> Unary = new()
    {
        ["abs"] = (x => x.abs(), 0.2, 2),
        ["acos"] = (x => x.acos(), -0.9, 0.9),
        ["acosh"] = (x => x.acosh(), 1.2, 3),
        ["add"] = (x => x + (2 * x) - 1, -2, 2),
        ["asin"] = (x => x.asin(), -0.9, 0.9),
        ["asinh"] = (x => x.asinh(), -2, 2),
        ["atan"] = (x => x.atan(), -2, 2),
        ["atanh"] = (x => x.atanh(), -0.9, 0.9),
        ["celu"] = (x => x.celu(), -2, 2),
        ["clamp"] = (x => x.clamp(-0.5, 0.5), -0.4, 0.4),
        ["cos"] = (x => x.cos(), -2, 2),
        ["cosh"] = (x => x.cosh(), -2, 2),
        ["cumprod"] = (x => x.cumprod(0), 0.5, 2),
        ["cumsum"] = (x => x.cumsum(1), -2, 2),
        ["diagonal"] = (x => x.diagonal(), -2, 2),
        ["digamma"] = (x => x.digamma(), 0.5, 3),
        ["div"] = (x => 3.0 / x / 2.0, 0.5, 2),
        ["elu"] = (x => x.elu(), -2, 2),
        ["erf"] = (x => x.erf(), -2, 2),
        ["erfc"] = (x => x.erfc(), -2, 2),
        ["erfinv"] = (x => x.erfinv(), -0.8, 0.8),
        ["exp"] = (x => x.exp(), -2, 2),
        ["exp2"] = (x => x.exp2(), -2, 2),
        ["expm1"] = (x => x.expm1(), -2, 2),
        ["flip"] = (x => x.flip(1) * x, -2, 2),
        ["gather"] = (x => x.gather(1, tensor(new long[,] { { 2, 0 }, { 1, 1 } })), -2, 2),
        ["gelu"] = (x => x.gelu(), -2, 2),
        ["i0"] = (x => x.i0(), -2, 2),
        ["index"] = (x => x[TensorIndex.Colon, TensorIndex.Slice(1)], -2, 2),
        ["index_select"] = (x => x.index_select(1, tensor(new long[] { 0, 0, 2 })), -2, 2),
        ["lgamma"] = (x => x.lgamma(), 0.5, 3),
        ["log"] = (x => x.log(), 0.5, 3),
        ["log10"] = (x => x.log10(), 0.5, 3),
        ["log1p"] = (x => x.log1p(), -0.5, 3),
        ["log2"] = (x => x.log2(), 0.5, 3),
        ["log_sigmoid"] = (x => x.log_sigmoid(), -2, 2),
        ["log_softmax"] = (x => x.log_softmax(1), -2, 2),
        ["logcumsumexp"] = (x => x.logcumsumexp(1), -2, 2),
        ["logit"] = (x => x.logit(), 0.1, 0.9),
        ["logsumexp"] = (x => x.logsumexp(1), -2, 2),
        ["masked_fill"] = (x => x.masked_fill(x > 10, 3.0), -2, 2),
        ["max"] = (x => x.max(1).Item1, -2, 2),
        ["mean"] = (x => x.mean([1]), -2, 2),
        ["mvlgamma"] = (x => x.mvlgamma(2), 1.5, 3),
        ["neg"] = (x => -x, -2, 2),
        ["norm"] = (x => x.norm(1, false, 2f), 0.5, 2),
        ["polygamma"] = (x => x.polygamma(1), 0.5, 3),
        ["pow"] = (x => x.pow(3), 0.5, 2),
        ["pow base"] = (x => tensor(2.0).pow(x), -2, 2),
        ["prod"] = (x => x.prod(1), 0.5, 2),
        ["reciprocal"] = (x => x.reciprocal(), 0.5, 2),
        ["relu"] = (x => x.relu(), 0.2, 2),
        ["repeat"] = (x => x.repeat(2, 3), -2, 2),
        ["rsqrt"] = (x => x.rsqrt(), 0.5, 2),
        ["scatter_add"] = (x => zeros(2, 3, float64).scatter_add(1, tensor(new long[,] { { 0, 0, 1 }, { 2, 2, 2 } }), x * x), -2, 2),
        ["select"] = (x => x.select(1, 2) * x[0, 0], -2, 2),
        ["selu"] = (x => x.selu(), -2, 2),
        ["sigmoid"] = (x => x.sigmoid(), -2, 2),
        ["silu"] = (x => x.silu(), -2, 2),
        ["sin"] = (x => x.sin(), -2, 2),
        ["sinc"] = (x => x.sinc(), 0.2, 2),
        ["sinh"] = (x => x.sinh(), -2, 2),
        ["softmax"] = (x => x.softmax(1), -2, 2),
        ["softplus"] = (x => x.softplus(), -2, 2),
        ["sort"] = (x => x.sort(1).Item1 * x, -2, 2),
        ["special.entr"] = (x => special.entr(x), 0.2, 0.9),
        ["special.i0e"] = (x => special.i0e(x), 0.2, 2),
        ["special.i1"] = (x => special.i1(x), 0.2, 2),
        ["special.ndtri"] = (x => special.ndtri(x), 0.1, 0.9),
        ["special.ndtr"] = (x => special.ndtr(x), -2, 2),
        ["special.xlog1py"] = (x => special.xlog1py(x, x), 0.2, 2),
        ["special.erfcx"] = (x => special.erfcx(x), -1, 2),
        ["split"] = (x => x.split(1, 1)[2].exp(), -2, 2),
        ["sqrt"] = (x => x.sqrt(), 0.5, 2),
        ["square"] = (x => x.square(), -2, 2),
        ["std"] = (x => x.std(1L), -2, 2),
        ["sum"] = (x => x.sum(1L), -2, 2),
        ["tan"] = (x => x.tan(), -1, 1),
        ["tanh"] = (x => x.tanh(), -2, 2),
        ["topk"] = (x => x.topk(2, 1).Item1, -2, 2),
        ["transpose"] = (x => x.transpose(0, 1).matmul(x), -2, 2),
        ["tril"] = (x => x.tril() * x, -2, 2),
        ["triu"] = (x => x.triu(1) * x, -2, 2),
        ["unbind"] = (x => x.unbind(1)[0] * x.unbind(1)[1], -2, 2),
        ["var"] = (x => x.var(1L, false), -2, 2),
        ["where"] = (x => where(x > 0, x.exp(), x.square()), 0.2, 2),
        ["xlogy"] = (x => x.xlogy(x), 0.3, 2),
        ["cat"] = (x => cat([x, x * 2], 1), -2, 2),
        ["stack"] = (x => stack([x, x.exp()]), -2, 2),
        ["expand"] = (x => x.unsqueeze(0).expand(3, -1, -1), -2, 2),
        ["movedim"] = (x => x.movedim([0], [1]) * 2, -2, 2),
        ["roll"] = (x => x.roll(1, 1L) * x, -2, 2),
        ["kron"] = (x => kron(x, x), -2, 2),
        ["outer"] = (x => outer(x[0], x[1]), -2, 2),
        ["as_strided"] = (x => x.as_strided([2, 2], [1, 2]), -2, 2),
        ["unfold"] = (x => x.unfold(1, 2, 1), -2, 2),
        ["diff"] = (x => x.diff(), -2, 2),
        ["lerp"] = (x => lerp(x, x * x, tensor(0.3)), -2, 2),
        ["logaddexp"] = (x => logaddexp(x, x * 2), -2, 2),
        ["atan2"] = (x => atan2(x, x + 3), 0.2, 2),
        ["dist"] = (x => dist(x, x * x * 3), 0.5, 2),
        ["cdist"] = (x => cdist(x, x * 2 + 5), -2, 2),
        ["hypot"] = (x => hypot(x, x * 2), 0.2, 2),
        ["quantile"] = (x => x.quantile(tensor(0.4), 1), -2, 2),
        ["median"] = (x => x.median(), -2, 2),
        ["repeat_interleave"] = (x => x.repeat_interleave(2), -2, 2),
        ["cumulative_trapezoid"] = (x => x.cumulative_trapezoid(), -2, 2),
        ["addcmul"] = (x => x.addcmul(x, x, 2.0), -2, 2),
        ["renorm"] = (x => x.renorm(2, 0, 0.5f), 0.5, 2),
        ["matrix_exp"] = (x => x[TensorIndex.Colon, TensorIndex.Slice(0, 2)].matrix_exp(), -1, 1),
        ["einsum"] = (x => einsum("ij,kj->ik", x, x), -2, 2),
        ["tensordot"] = (x => tensordot(x, x.t(), 1), -2, 2),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor>> OfMatrix = new()
    {
        ["cholesky"] = a => linalg.cholesky(a),
        ["inv"] = a => linalg.inv(a),
        ["det"] = a => linalg.det(a),
        ["logdet"] = a => a.logdet(),
        ["slogdet"] = a => linalg.slogdet(a).Item2,
        ["solve"] = a => linalg.solve(a, ones(3, 1, float64)),
        ["solve_triangular"] = a => linalg.solve_triangular(a, eye(3, dtype: float64), upper: false),
        ["cholesky_solve"] = a => cholesky_solve(ones(3, 1, float64), linalg.cholesky(a)),
        ["cholesky_inverse"] = a => cholesky_inverse(linalg.cholesky(a)),
        ["eigvalsh"] = a => linalg.eigvalsh(a),
        ["eigh"] = a => linalg.eigh(a).Item2.abs(),
        ["svdvals"] = a => linalg.svdvals(a),
        ["qr"] = a => linalg.qr(a).Item2.abs(),
        ["pinv"] = a => linalg.pinv(a),
        ["trace"] = a => a.trace(),
        ["matrix_power"] = a => a.matrix_power(3),
        ["addmm"] = a => a.addmm(a, a, 0.5f, 2f),
        ["bmm"] = a => a.unsqueeze(0).bmm(a.unsqueeze(0)),
        ["baddbmm"] = a => a.unsqueeze(0).baddbmm(a.unsqueeze(0), a.unsqueeze(0)),
        ["mv"] = a => a.mv(a[0]),
        ["dot"] = a => a[0].dot(a[1]),
        ["lstsq"] = a => linalg.lstsq(a, ones(3, 1, float64)).Item1,
        ["block_diag"] = a => block_diag(a, a),
        ["multi_dot"] = a => linalg.multi_dot([a, a, a]),
        ["matrix_norm"] = a => linalg.matrix_norm(a),
        ["vector_norm"] = a => linalg.vector_norm(a, 3),
    };

    public static TheoryData<string> UnaryNames => new(Unary.Keys);

    public static TheoryData<string> MatrixNames => new(OfMatrix.Keys);

    [Theory]
    [MemberData(nameof(UnaryNames))]
    public void Elementwise(string name)
    {
        using var scope = NewDisposeScope();
        var (function, low, high) = Unary[name];
        using var generator = new Generator(11);
        var x = (rand([2, 3], float64, generator: generator) * (high - low)) + low;
        Check(function, x);
    }

    [Theory]
    [MemberData(nameof(MatrixNames))]
    public void Matrices(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var x = rand([3, 3], float64, generator: generator);
        // Positive definite with distinct eigenvalues, and differentiated along symmetric directions only.
        Check(w => OfMatrix[name](w.matmul(w.t()) + diag(tensor([1.0, 2.0, 4.0]))), x);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.0)]
    [InlineData(4.5)]
    public void GammaDrawsHaveThePathwiseGradient(double concentration)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var a = full(20, concentration, float64, requires_grad: true);
        var z = _standard_gamma(a);
        var gradient = autograd.grad([z.sum()], [a])[0];
        // dz/da = - (dP(a, z)/da) / p(z; a), P being the distribution function.
        var step = 1e-5;
        var at = z.detach();
        var slope = (special.gammainc(a.detach() + step, at) - special.gammainc(a.detach() - step, at)) / (2 * step);
        var density = ((a.detach() - 1) * at.log() - at - a.detach().lgamma()).exp();
        Assert.True(gradient.allclose(-slope / density, 1e-3, 1e-6), $"{gradient.npstr()} against {(-slope / density).npstr()}");
    }

    [Fact]
    public void DirichletDrawsLieInTheSimplexAndCarryGradients()
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        var a = tensor([0.5, 1.0, 2.0]).expand(5000, 3).clone().requires_grad_();
        var z = _sample_dirichlet(a);
        Assert.True(z.sum(1L).allclose(ones(5000, float64), 1e-10, 1e-10));
        Assert.True(z.mean([0L]).allclose(tensor([0.5, 1.0, 2.0]) / 3.5, 0.05, 0.01));
        var gradient = autograd.grad([z[TensorIndex.Colon, 2].sum()], [a])[0].mean([0L]);
        // d E[z2] / d a = ((s - a2) / s^2 for a2, -a2 / s^2 for the others).
        Assert.True(gradient.allclose(tensor([-2.0, -2.0, 1.5]) / (3.5 * 3.5), 0.1, 0.01), gradient.npstr());
    }

    private static void Check(Func<Tensor, Tensor> function, Tensor x)
    {
        var input = x.clone().requires_grad_();
        var output = function(input);
        // A fixed random projection reaches every output.
        using var generator = new Generator(3);
        var weights = rand(output.shape, float64, generator: generator) + 0.5;
        var gradient = autograd.grad([(output * weights).sum()], [input])[0];
        const double Step = 1e-6;
        for (var i = 0L; i < x.numel(); i++)
        {
            using var inner = NewDisposeScope();
            var direction = zeros_like(x);
            direction.view(-1)[i] = 1.0;
            var difference = (function(x + (direction * Step)) - function(x - (direction * Step))) / (2 * Step);
            var expected = (difference * weights).sum().item<double>();
            Assert.Equal(expected, gradient.reshape(-1)[i].item<double>(), 1e-6 * (1 + Math.Abs(expected)) * 10);
        }
    }
}
