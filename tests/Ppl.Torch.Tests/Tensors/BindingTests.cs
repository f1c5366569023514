using System.Reflection;
using TorchSharp.Interop;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>The table of operations against the libtorch that is here.</summary>
public class BindingTests
{
    public static TheoryData<string> Owners => new() { "Ops", "Factory" };

    [Theory]
    [MemberData(nameof(Owners))]
    public void EveryOperatorOfTheTableExists(string owner)
    {
        var fields = typeof(Op).Assembly.GetType("TorchSharp.Interop." + owner).GetFields(BindingFlags.Static | BindingFlags.NonPublic);
        var missing = new List<string>();
        foreach (var field in fields.Where(f => f.FieldType == typeof(Op)))
        {
            try
            {
                Assert.NotEqual(IntPtr.Zero, ((Op)field.GetValue(null)).Handle);
            }
            catch (System.Runtime.InteropServices.ExternalException fault)
            {
                missing.Add(fault.Message.Split('\n')[0]);
            }
        }
        Assert.NotEmpty(fields);
        Assert.Empty(missing);
    }

    [Fact]
    public void TooManyArgumentsAreAFaultNotACrash()
    {
        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() =>
        {
            System.Runtime.CompilerServices.Unsafe.SkipInit(out OpCall call);
            call.Begin(new Op("aten::neg", ""));
            call.Add(1L);
            call.Add(2L);
            call.RunTensor();
        });
        Assert.Contains("takes 1 arguments, not 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingArgumentIsNamed()
    {
        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() =>
        {
            using var x = ones(2);
            System.Runtime.CompilerServices.Unsafe.SkipInit(out OpCall call);
            call.Begin(new Op("aten::select", "int"));
            call.Add(x);
            call.Add(0L);
            call.RunTensor();
        });
        Assert.Contains("'index'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANullTensorIsNamed()
    {
        using var x = ones(2);
        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => matmul(x, null));
        Assert.Equal("aten::matmul(): argument 'other' must be Tensor, not null", fault.Message);
    }

    [Fact]
    public void AListOfTheWrongLengthIsRefused()
    {
        using var scope = NewDisposeScope();
        var x = rand(1, 1, 4, 4);
        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => nn.functional.avg_pool2d(x, [2L, 2, 2]));
        Assert.Equal("aten::avg_pool2d(): argument 'kernel_size' must be int[] of length 2, not a list of 3", fault.Message);
        Assert.Equal([1, 1, 2, 2], nn.functional.avg_pool2d(x, [2L]).shape);
    }

    [Fact]
    public void ReadingAnEmptyTensorIsAFault()
    {
        using var x = zeros(0);
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => x.ToScalar());
        Assert.Throws<ArgumentException>(() => x.item<float>());
        Assert.Throws<ArgumentException>(() => x.ToDouble());
    }

    [Fact]
    public void AnUnknownOperatorIsNamed()
    {
        var fault = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => new Op("aten::no_such_thing", "").Handle);
        Assert.Contains("aten::no_such_thing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsLongerThanTheCallsOwnRoomWork()
    {
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, 200).Select(i => full(1, i, ScalarType.Float64)).ToArray();
        var all = cat(parts);
        Assert.Equal(199.0 * 200 / 2, all.sum().item<double>());
        var pieces = all.split(Enumerable.Repeat(2L, 100).ToArray());
        Assert.Equal(100, pieces.Length);
        Assert.Equal(198, pieces[99][0].item<double>());
    }
}
