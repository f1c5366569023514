using System.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>What was disposed is refused, by whatever door one comes; freed memory is never read.</summary>
public class DisposedTests
{
    public static TheoryData<string, Action<Tensor>> Uses => new()
    {
        { "item", x => x.item<float>() },
        { "data", x => x.data<float>() },
        { "bytes", x => _ = x.bytes.Length },
        { "set bytes", x => x.bytes = new byte[8] },
        { "read", x => x.ReadCpuSingle(0) },
        { "scalar", x => x.ToScalar() },
        { "list", x => x.tolist() },
        { "number", x => _ = (float)x },
        { "shape", x => _ = x.shape },
        { "size", x => x.size(0) },
        { "stride", x => x.stride() },
        { "numel", x => x.numel() },
        { "dtype", x => _ = x.dtype },
        { "device", x => _ = x.device },
        { "element size", x => x.element_size() },
        { "offset", x => x.storage_offset() },
        { "contiguous", x => x.is_contiguous() },
        { "requires grad", x => x.requires_grad = true },
        { "grad", x => _ = x.grad },
        { "set grad", x => x.grad = ones(2) },
        { "as grad", x => ones(2).grad = x },
        { "backward", x => x.backward() },
        { "grad of", x => autograd.grad([x], [ones(2)]) },
        { "alias", x => x.alias() },
        { "detach", x => x.detach() },
        { "unary", x => x.exp() },
        { "left", x => _ = x + ones(2) },
        { "right", x => _ = ones(2) + x },
        { "list of tensors", x => cat([ones(2), x]) },
        { "list interface", x => stack(new List<Tensor> { x, x }) },
        { "index", x => _ = x[0] },
        { "indices", x => _ = ones(2)[x] },
        { "set index", x => x[0] = ones(1) },
        { "convert", x => x.to(ScalarType.Float64) },
        { "clone", x => x.clone() },
        { "write", x => x.WriteBytesToStream(new MemoryStream()) },
        { "read stream", x => x.ReadBytesFromStream(new MemoryStream(new byte[8])) },
        { "save", x => x.save(Path.Combine(Path.GetTempPath(), "disposed")) },
        { "parameter", x => _ = new Parameter(x) },
        { "generator's state", x => new Generator().set_state(x) },
        { "handle", x => _ = x.Handle },
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void ADisposedTensorIsRefused(string use, Action<Tensor> act)
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        x.Dispose();
        Assert.True(x.IsInvalid, use);
        // TorchSharp's exception is an InvalidOperationException: it is this one's base class.
        var fault = Assert.Throws<ObjectDisposedException>(() => act(x));
        Assert.StartsWith("Tensor invalid -- empty handle.", fault.Message, StringComparison.Ordinal);
        x.Dispose();
    }

    [Fact]
    public void WhatAScopeDisposedIsRefused()
    {
        Tensor x;
        DisposeScope ended;
        using (ended = NewDisposeScope()) x = ones(2);
        Assert.Throws<ObjectDisposedException>(() => x.item<float>());
        using var y = ones(2);
        Assert.Throws<ObjectDisposedException>(() => ended.Attach(y));
        Assert.Throws<ObjectDisposedException>(() => ended.Detach(y));
        Assert.Throws<ObjectDisposedException>(() => ended.MoveToOuter(y));
        Assert.Throws<ObjectDisposedException>(() => ended.DisposeEverything());
        ended.Dispose();
        Assert.Equal(2f, y.sum().item<float>());
    }

    [Fact]
    public void ADisposedModuleIsRefused()
    {
        var net = Sequential(("a", Linear(2, 2)), ("b", BatchNorm1d(2)), ("c", ReLU()));
        net.Dispose();
        using var x = ones(3, 2);
        Assert.Throws<ObjectDisposedException>(() => net.call(x));
        Assert.Throws<ObjectDisposedException>(() => net.state_dict().Values.First().sum());
        Assert.Throws<ObjectDisposedException>(() => net.save(new MemoryStream()));
        Assert.Throws<ObjectDisposedException>(() => net.to(ScalarType.Float64));
        net.Dispose();
    }

    [Fact]
    public void ADisposedGeneratorIsRefused()
    {
        var generator = new Generator(1);
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => rand(2, generator: generator));
        Assert.Throws<ObjectDisposedException>(() => randperm(200, generator: generator));
        Assert.Throws<ObjectDisposedException>(() => generator.seed());
        Assert.Throws<ObjectDisposedException>(() => generator.get_state());
    }

    public static TheoryData<string, Action<TensorAccessor<float>>> AccessorUses => new()
    {
        { "get", a => _ = a[0] },
        { "get linear", a => _ = a[1, 1] },
        { "set", a => a[0, 0] = 1 },
        { "array", a => a.ToArray() },
        { "array of two dimensions", a => a.ToNDArray() },
        { "copy to", a => a.CopyTo(new float[4]) },
        { "copy from", a => a.CopyFrom(new float[4]) },
        { "enumerate", a => _ = a.Sum() },
        { "compare", a => _ = a == ones(2, 2).data<float>() },
        { "hash", a => a.GetHashCode() },
    };

    [Theory]
    [MemberData(nameof(AccessorUses))]
    public void AnAccessorOfADisposedTensorIsRefused(string use, Action<TensorAccessor<float>> act)
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 2);
        foreach (var view in new[] { x, x.t() })
        {
            var accessor = view.data<float>();
            act(accessor);
            view.Dispose();
            Assert.True(Record.Exception(() => act(accessor)) is ObjectDisposedException, use);
        }
    }

    [Theory]
    [MemberData(nameof(AccessorUses))]
    public void ADisposedAccessorIsRefused(string use, Action<TensorAccessor<float>> act)
    {
        using var x = ones(2, 2);
        var accessor = x.data<float>();
        accessor.Dispose();
        Assert.True(Record.Exception(() => act(accessor)) is ObjectDisposedException, use);
    }

    [Fact]
    public void AnEnumerationEndsWithItsTensor()
    {
        var x = ones(4);
        var seen = 0;
        Assert.Throws<ObjectDisposedException>(() =>
        {
            foreach (var value in x.data<float>())
            {
                if (++seen == 2) x.Dispose();
            }
        });
        Assert.Equal(2, seen);
    }

    [Fact]
    public void AnAccessorFollowsTheMemory()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        var accessor = x.data<float>();
        // More room is other room: what was there before is free.
        Raw.resize_(x, [1 << 20]);
        x.fill_(7);
        Assert.Equal([7f, 7f], accessor.ToArray());
        Assert.Equal(7f, accessor[1]);
        x.set_(ones(1));
        Assert.Throws<InvalidOperationException>(() => accessor[1]);
        Assert.Throws<InvalidOperationException>(() => accessor.ToArray());
    }

    [Fact]
    public void ConjugatedValuesAreReadAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { new Complex(1, 2), new Complex(3, -4) }).conj();
        Assert.Equal(new Complex(1, -2), x[0].item<Complex>());
        Assert.Equal(-2.0, x.imag[0].item<double>());
        Assert.Contains("resolve_conj", Record.Exception(() => x.data<Complex>()).Message, StringComparison.Ordinal);
        var bytes = new MemoryStream();
        x.WriteBytesToStream(bytes);
        Assert.Equal(-2.0, BitConverter.ToDouble(bytes.ToArray(), 8));
    }

    [Fact]
    public void SingleValuesAreReadInTheTensorsOwnTypeAndOrder()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { 1f, 2 }, { 3, 4 } });
        Assert.Equal(2f, x.t().ReadCpuSingle(2));
        Assert.Throws<ArgumentException>(() => x.ReadCpuDouble(3));
        Assert.Throws<IndexOutOfRangeException>(() => x.ReadCpuSingle(4));
    }

    [Fact]
    public void PlacesOutsideAreRefused()
    {
        using var x = ones(4);
        var accessor = x.data<float>();
        Assert.Throws<ArgumentOutOfRangeException>(() => accessor.CopyTo(new float[2], 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => accessor.CopyTo(new float[2], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => accessor.CopyFrom(new float[2], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => accessor.CopyFrom(new float[2], 0, 5));
    }
}
