using System.Runtime.InteropServices;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>Values against closed forms, and what TorchSharp's members promise about types and shapes.</summary>
public sealed class ValueTests : IDisposable
{
    private static readonly Dictionary<string, (Func<Tensor> Value, double Expected)> Cases = new()
    {
        ["lgamma(5.5)"] = (() => tensor(5.5).lgamma(), 3.9578139676187163),
        ["digamma(1)"] = (() => tensor(1.0).digamma(), -0.5772156649015329),
        ["polygamma(2, 1)"] = (() => tensor(1.0).polygamma(2), -2.404113806319188),
        ["erf(0.5)"] = (() => tensor(0.5).erf(), 0.5204998778130465),
        ["erfinv(0.5)"] = (() => tensor(0.5).erfinv(), 0.4769362762044699),
        ["igamma(2, 3)"] = (() => igamma(tensor(2.0), tensor(3.0)), 1 - (4 * Math.Exp(-3))),
        ["igammac(2, 3)"] = (() => igammac(tensor(2.0), tensor(3.0)), 4 * Math.Exp(-3)),
        ["i0(1)"] = (() => tensor(1.0).i0(), 1.2660658777520084),
        ["i0e(1)"] = (() => special.i0e(tensor(1.0)), 1.2660658777520084 / Math.E),
        ["i1(1)"] = (() => special.i1(tensor(1.0)), 0.5651591039924850),
        ["ndtr(1)"] = (() => special.ndtr(tensor(1.0)), 0.8413447460685429),
        ["ndtri(0.975)"] = (() => special.ndtri(tensor(0.975)), 1.959963984540054),
        ["xlogy(0, 0)"] = (() => xlogy(tensor(0.0), tensor(0.0)), 0),
        ["xlog1py(2, 1)"] = (() => special.xlog1py(tensor(2.0), tensor(1.0)), 2 * Math.Log(2)),
        ["mvlgamma(3, 2)"] = (() => tensor(3.0).mvlgamma(2), (0.5 * Math.Log(Math.PI)) + Math.Log(2) + 0.2846828704729192),
        ["entr(0.5)"] = (() => special.entr(tensor(0.5)), 0.5 * Math.Log(2)),
        ["zeta(2, 1)"] = (() => special.zeta(tensor(2.0), tensor(1.0)), Math.PI * Math.PI / 6),
        ["softplus(0)"] = (() => tensor(0.0).softplus(), Math.Log(2)),
        ["logsumexp"] = (() => zeros(4, float64).logsumexp(0), Math.Log(4)),
        ["logaddexp"] = (() => logaddexp(tensor(0.0), tensor(0.0)), Math.Log(2)),
        ["nansum"] = (() => tensor([1.0, double.NaN, 2.0]).nansum(), 3),
        ["quantile"] = (() => tensor([1.0, 2, 3, 4]).quantile(tensor(0.5)), 2.5),
        ["median"] = (() => tensor([3.0, 1, 2]).median(), 2),
        ["var"] = (() => tensor([1.0, 2, 3, 4]).var(), 5.0 / 3),
        ["var biased"] = (() => tensor([1.0, 2, 3, 4]).var(false), 1.25),
        ["std"] = (() => tensor([1.0, 2, 3, 4]).std(), Math.Sqrt(5.0 / 3)),
        ["norm"] = (() => tensor([3.0, 4.0]).norm(), 5),
        ["prod"] = (() => tensor([3.0, 4.0]).prod(), 12),
        ["det"] = (() => linalg.det(tensor(new[,] { { 2.0, 1 }, { 1, 3 } })), 5),
        ["slogdet"] = (() => linalg.slogdet(tensor(new[,] { { 2.0, 1 }, { 1, 3 } })).Item2, Math.Log(5)),
        ["cond"] = (() => linalg.cond(diag(tensor([1.0, 4.0]))), 4),
        ["cond inf"] = (() => linalg.cond(diag(tensor([1.0, 4.0])), double.PositiveInfinity), 4),
        ["matrix_rank"] = (() => linalg.matrix_rank(ones(3, 3, float64)).to(float64), 1),
        ["nuclear norm"] = (() => linalg.matrix_norm(diag(tensor([1.0, 4.0])), "nuc"), 5),
        ["einsum trace"] = (() => einsum("ii", diag(tensor([1.0, 4.0]))), 5),
        ["clamp"] = (() => tensor(5.0).clamp(max: 2), 2),
        ["pow"] = (() => tensor(2.0).pow(tensor(10.0)), 1024),
        ["remainder"] = (() => tensor(-7.0) % 3, 2),
        ["fmod"] = (() => tensor(-7.0).fmod(3), -1),
        ["div floor"] = (() => tensor(-7.0).div(2.0, RoundingMode.floor), -4),
        ["div trunc"] = (() => tensor(-7.0).div(2.0, RoundingMode.trunc), -3),
        ["rsub"] = (() => 1.0 - tensor(3.0), -2),
        ["rdiv"] = (() => 1.0 / tensor(4.0), 0.25),
        ["linspace"] = (() => linspace(0, 1, 5, float64)[3], 0.75),
        ["logspace"] = (() => logspace(0, 2, 3, dtype: float64)[2], 100),
        ["arange"] = (() => arange(1.0, 2.0, 0.25, float64).sum(), 5.5),
        ["addmm"] = (() => ones(1, 1, float64).addmm(full(1, 1, 2, float64), full(1, 1, 3, float64), 10, 100), 610),
        ["trapezoid"] = (() => tensor([0.0, 1, 2]).trapezoid(0.5), 1),
        ["cov"] = (() => tensor(new[,] { { 1.0, 2, 3 } }).cov(), 1),
        ["tensordot"] = (() => tensordot(ones(2, 3, float64), ones(2, 3, float64)), 6),
        ["dist"] = (() => dist(zeros(4, float64), ones(4, float64)), 2),
        ["kthvalue"] = (() => tensor([3.0, 1, 2]).kthvalue(2, null).Item1, 2),
        ["cumsum"] = (() => tensor([1.0, 2, 3]).cumsum(0)[2], 6),
        ["logcumsumexp"] = (() => zeros(3, float64).logcumsumexp(0)[2], Math.Log(3)),
        ["histc"] = (() => tensor([1.0, 1, 2]).histc(2, 0, 2)[1], 3),
        ["bincount"] = (() => tensor(new long[] { 1, 1, 4 }).bincount(null).to(float64)[1], 2),
        ["sinc"] = (() => tensor(0.0).sinc(), 1),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Names => new(Cases.Keys);

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void AgainstClosedForms(string name)
    {
        var (value, expected) = Cases[name];
        Assert.Equal(expected, value().item<double>(), 1e-10 * (1 + Math.Abs(expected)));
    }

    [Fact]
    public void TypesOfNewTensors()
    {
        Assert.Equal(ScalarType.Float32, zeros(2).dtype);
        Assert.Equal(ScalarType.Float32, tensor(1f).dtype);
        Assert.Equal(ScalarType.Float64, tensor(1.0).dtype);
        Assert.Equal(ScalarType.Int32, tensor(1).dtype);
        Assert.Equal(ScalarType.Int64, tensor(1L).dtype);
        Assert.Equal(ScalarType.Bool, tensor(true).dtype);
        Assert.Equal(ScalarType.Int64, full(2, 3).dtype);
        Assert.Equal(ScalarType.Float32, full(2, 3.0).dtype);
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(3.0).dtype);
        Assert.Equal(ScalarType.Int64, randint(5, [2L]).dtype);
        Assert.Equal(ScalarType.Float16, tensor(new[] { (Half)1 }).dtype);
        Assert.Equal(ScalarType.ComplexFloat64, tensor(new System.Numerics.Complex(1, 2)).dtype);
        Assert.Equal(ScalarType.Int64, tensor([1.5, 2.5], dtype: int64).dtype);
        Assert.Equal(ScalarType.Float32, (ones(2) * 2.0).dtype);
        Assert.Equal(ScalarType.Float32, (ones(2, int64) * 2.5f).dtype);
    }

    [Fact]
    public void DefaultTypeIsSettable()
    {
        set_default_dtype(ScalarType.Float64);
        try
        {
            Assert.Equal(ScalarType.Float64, zeros(2).dtype);
            Assert.Equal(64, finfo().bits);
        }
        finally
        {
            set_default_dtype(ScalarType.Float32);
        }
        Assert.Equal(1.1920928955078125e-07, finfo().eps);
    }

    [Fact]
    public void ArraysKeepShapeAndOrder()
    {
        var x = tensor(new[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([2, 3], x.shape);
        Assert.Equal(6, x[1, 2].item<int>());
        Assert.Equal(5, x.data<int>()[1, 1]);
        Assert.Equal([1, 4, 2, 5, 3, 6], x.t().data<int>().ToArray());
        Assert.Equal(x.t().data<int>().ToNDArray(), new[,] { { 1, 4 }, { 2, 5 }, { 3, 6 } });
        var list = new List<float> { 1, 2, 3, 4 };
        Assert.Equal([2, 2], tensor(list, 2, 2).shape);
        Assert.Throws<ArgumentException>(() => tensor(new[] { 1f, 2f }, [3]));
        Assert.Throws<ArgumentException>(() => x.data<float>());
    }

    [Fact]
    public void FromArraySharesAndTensorCopies()
    {
        var array = new[] { 1f, 2f, 3f };
        var shared = from_array(array);
        var copied = tensor(array);
        array[0] = 9;
        Assert.Equal(9, shared[0].item<float>());
        Assert.Equal(1, copied[0].item<float>());
        var buffer = frombuffer(array, float32, count: 2, offset: 1);
        buffer[0] = 7f;
        Assert.Equal(7f, array[1]);
        Assert.Throws<ArgumentException>(() => frombuffer(array, float32, count: 4));
        Assert.Equal(ScalarType.Float64, from_array(array, float64).dtype);
    }

    [Fact]
    public void AccessorsWriteThroughStrides()
    {
        var x = zeros(2, 3, float64);
        x.t().data<double>().CopyFrom([1, 2, 3, 4, 5, 6]);
        Assert.Equal([1.0, 3, 5, 2, 4, 6], x.data<double>().ToArray());
        x.data<double>()[1, 2] = -1;
        Assert.Equal(-1, x[1, 2].item<double>());
        Assert.Throws<IndexOutOfRangeException>(() => x.data<double>()[2, 0]);
        Assert.Equal(9, x.data<double>().Where(v => v > 3).Sum());
        x.bytes = new byte[48];
        Assert.Equal(0, x.abs().sum().item<double>());
        Assert.Throws<InvalidOperationException>(() => x.t().bytes.Length);
        Assert.Throws<InvalidOperationException>(() => x.t().bytes = new byte[48]);
    }

    [Fact]
    public void SplitsViewsAndJoins()
    {
        var x = arange(12).reshape(3, 4);
        Assert.Equal(2, x.split(2).Length);
        Assert.Equal([1, 4], x.split(2)[1].shape);
        Assert.Equal([3, 1], x.split([3L, 1L], 1)[1].shape);
        Assert.Equal(4, x.unbind(1).Length);
        Assert.Equal(2, x.chunk(2, 1).Length);
        Assert.Equal([12], x.flatten().shape);
        Assert.Equal([3, 2, 2], x.unflatten(1, 2, 2).shape);
        Assert.Equal([4, 3], x.mT.shape);
        Assert.Equal([3, 4, 1], x.unsqueeze(-1).shape);
        Assert.Equal([3, 4], x.unsqueeze(-1).squeeze().shape);
        Assert.Equal([2, 3, 4], x.expand(2, -1, -1).shape);
        Assert.Equal([6, 4], vstack([x, x]).shape);
        Assert.Equal([2, 3, 4], stack([x, x]).shape);
        Assert.Equal([6, 8], x.tile([2, 2]).shape);
        Assert.True(x.is_contiguous());
        Assert.False(x.t().is_contiguous());
        Assert.Equal([1, 4], x.t().stride());
        Assert.Equal([4, 3, 2], broadcast_shapes([3, 1], [4, 1, 2]).Shape);
    }

    [Fact]
    public void Reductions()
    {
        var x = tensor(new[,] { { 1f, 5f, 2f }, { 4f, 0f, 6f } });
        var (values, indices) = x.max(1);
        Assert.Equal([5f, 6f], values.data<float>().ToArray());
        Assert.Equal([1L, 2], indices.data<long>().ToArray());
        Assert.Equal([1L, 2], x.argmax(1).data<long>().ToArray());
        Assert.True((x >= 0).all().item<bool>());
        Assert.False((x > 5.5f).any(1)[0].item<bool>());
        Assert.Equal([5f, 5f, 8f], x.sum(0L).data<float>().ToArray());
        Assert.Equal(18f, x.sum().item<float>());
        Assert.Equal([2, 1], x.sum([1L], keepdim: true).shape);
        Assert.Equal([5f, 2f], x.topk(2, 1).Item1[0].data<float>().ToArray());
        Assert.Equal([1f, 2f, 5f], x.sort(1).Item1[0].data<float>().ToArray());
        Assert.Equal([5f, 2f, 1f], x.sort(1, descending: true).Item1[0].data<float>().ToArray());
        var (unique, inverse, counts) = tensor(new long[] { 3, 1, 3 }).unique(return_inverse: true, return_counts: true);
        Assert.Equal([1L, 3], unique.data<long>().ToArray());
        Assert.Equal([1L, 0, 1], inverse.data<long>().ToArray());
        Assert.Equal([1L, 2], counts.data<long>().ToArray());
        Assert.Equal([3f, 2f], x.mean([1L]).add(tensor([1 / 3f, -4 / 3f])).round().data<float>().ToArray());
    }

    [Fact]
    public void LinearAlgebraReproducesTheMatrix()
    {
        manual_seed(2);
        var a = randn(4, 4, float64);
        var s = a.matmul(a.t()) + eye(4, dtype: float64);
        var l = linalg.cholesky(s);
        Assert.True(l.matmul(l.t()).allclose(s));
        var (q, r) = linalg.qr(a);
        Assert.True(q.matmul(r).allclose(a));
        var (u, d, v) = linalg.svd(a);
        Assert.True(u.matmul(diag(d)).matmul(v).allclose(a));
        var (w, e) = linalg.eigh(s);
        Assert.True(e.matmul(diag(w)).matmul(e.t()).allclose(s));
        Assert.True(linalg.solve(a, s).allclose(linalg.inv(a).matmul(s)));
        Assert.True(linalg.solve_triangular(l, s, upper: false).allclose(linalg.inv(l).matmul(s)));
        Assert.True(cholesky_solve(a, l).allclose(linalg.solve(s, a)));
        Assert.True(linalg.pinv(a).allclose(linalg.inv(a)));
        Assert.True(linalg.eigvalsh(s).allclose(w));
        var fault = Assert.Throws<ExternalException>(() => linalg.cholesky(-s));
        Assert.Contains("not positive-definite", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InPlaceReturnsTheSameObject()
    {
        var x = ones(3);
        Assert.Same(x, x.add_(1).mul_(2).exp_().zero_());
        Assert.Equal(0f, x.sum().item<float>());
        Assert.Same(x, x.fill_(3).clamp_(0, 1));
    }

    [Fact]
    public void OutParametersTakeTheResult()
    {
        var target = empty(0, float64);
        Assert.Same(target, linalg.vecdot(ones(3, 2, float64), ones(3, 2, float64), @out: target));
        Assert.Equal([2.0, 2, 2], target.data<double>().ToArray());
    }

    [Fact]
    public void FilesComeBackAsTheyWere()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var x = randn(3, 4, float64).t();
            var path = Path.Combine(folder.FullName, "x.pt");
            save(x, path);
            Assert.True(load(path).Equals(x));
            x.Save(Path.Combine(folder.FullName, "x.dat"));
            Assert.True(Tensor.Load(Path.Combine(folder.FullName, "x.dat")).Equals(x));
            Assert.Throws<FileNotFoundException>(() => load(Path.Combine(folder.FullName, "absent.pt")));
            File.WriteAllText(path, "not an archive");
            Assert.Throws<InvalidDataException>(() => load(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void FourierTransformsInvert()
    {
        var x = randn(4, 6, float64);
        Assert.True(fft.irfft(fft.rfft(x), 6).allclose(x));
        Assert.True(fft.ifftn(fft.fftn(x.to(complex128))).real.allclose(x));
        Assert.True(fft.ifft2(fft.fft2(x.to(complex128), norm: FFTNormType.Ortho), norm: FFTNormType.Ortho).real.allclose(x));
        Assert.Equal([0.0, 0.25, -0.5, -0.25], fft.fftfreq(4, dtype: float64).data<double>().ToArray());
        Assert.True(fft.ifftshift(fft.fftshift(x)).Equals(x));
    }

    [Fact]
    public void JacobiansHaveOutputThenInputDimensions()
    {
        var x = tensor([1.0, 2.0, 3.0]);
        Assert.True(autograd.functional.jacobian(v => v * v, x).Equals(diag(2 * x)));
        var both = autograd.functional.jacobian(v => v[0].dot(v[1]), x, x * 2).ToList();
        Assert.True(both[0].Equals(x * 2));
        Assert.True(both[1].Equals(x));
        Assert.Equal([3, 3], autograd.functional.jacobian((Tensor v) => new[] { v.exp(), v.sum() }, x).First().shape);
    }

    [Fact]
    public void TextForms()
    {
        var x = tensor(new[,] { { 1f, 2.5f }, { -3f, 4f } });
        Assert.Equal("[2x2], type = Float32, device = cpu", x.ToString());
        Assert.Equal("[[1 2.5]\n [-3 4]]", x.npstr(newLine: "\n"));
        Assert.Equal("{{1, 2.5}, {-3, 4}}", x.cstr());
        Assert.Equal("[2x2], type = Float32, device = cpu\n   1 2.5\n  -3   4", x.jlstr(newLine: "\n"));
        Assert.Equal("[], type = Int64, device = cpu, value = 3", tensor(3L).ToString());
        Assert.Contains("...", arange(100).npstr(), StringComparison.Ordinal);
    }

    [Fact]
    public void Threads()
    {
        var before = get_num_threads();
        set_num_threads(before + 1);
        Assert.Equal(before + 1, get_num_threads());
        set_num_threads(before);
        Assert.False(cuda.is_available());
    }
}
