using System.Runtime.InteropServices;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>Numbers that no enumeration has are refused by name wherever they reach libtorch, which uses them as indices.</summary>
public class InvalidOptionTests
{
    private const ScalarType NoType = (ScalarType)77;
    private const DeviceType NoDevice = (DeviceType)77;

    public static TheoryData<string, Action> TypeUses => new()
    {
        { "promote", () => promote_types(NoType, ScalarType.Float32) },
        { "promote the other", () => promote_types(ScalarType.Float32, (ScalarType)(-1)) },
        { "zeros", () => zeros(2, NoType) },
        { "zeros like", () => zeros_like(ones(2), NoType) },
        { "arange", () => arange(3, NoType) },
        { "rand", () => rand(2, (ScalarType)(-1)) },
        { "convert", () => ones(2).to(NoType) },
        { "sum", () => ones(2).sum(NoType) },
        { "softmax", () => ones(2).softmax(0, NoType) },
        { "cumsum", () => ones(2).cumsum(0, NoType) },
        { "window", () => hann_window(4, true, NoType) },
        { "array", () => from_array(new[] { 1f }, NoType) },
        { "tensor", () => tensor(1.0, NoType) },
    };

    public static TheoryData<string, Action> DeviceUses => new()
    {
        { "convert", () => ones(2).to(NoDevice) },
        { "negative", () => ones(2).to((DeviceType)(-1)) },
        { "zeros", () => zeros(2, device: new Device(NoDevice)) },
        { "array", () => from_array(new[] { 1f }, new Device(NoDevice)) },
        { "module", () => Linear(2, 2).to(NoDevice) },
    };

    [Theory]
    [MemberData(nameof(TypeUses))]
    public void TypesThatDoNotExistAreNamed(string use, Action act)
    {
        using var scope = NewDisposeScope();
        var fault = Assert.Throws<ExternalException>(act);
        Assert.True(fault.Message.Contains(" is no element type", StringComparison.Ordinal), $"{use}: {fault.Message}");
    }

    [Theory]
    [MemberData(nameof(DeviceUses))]
    public void DevicesThatDoNotExistAreNamed(string use, Action act)
    {
        using var scope = NewDisposeScope();
        var fault = Assert.Throws<ExternalException>(act);
        Assert.True(fault.Message.Contains(" is no type of device", StringComparison.Ordinal), $"{use}: {fault.Message}");
    }

    [Fact]
    public void ADevicesIndexIsNotCutToEightBits()
    {
        var fault = Assert.Throws<ExternalException>(() => zeros(2, device: new Device(DeviceType.CPU, 256)));
        Assert.Equal("a device's index cannot be 256", fault.Message);
    }

    [Theory]
    [InlineData(ScalarType.QInt8, ScalarType.Float32)]
    [InlineData(ScalarType.Int64, ScalarType.QUInt8)]
    public void QuantizedTypesAreNotPromoted(ScalarType a, ScalarType b) =>
        Assert.Contains("quantized", Assert.Throws<ExternalException>(() => promote_types(a, b)).Message, StringComparison.Ordinal);

    [Fact]
    public void TypesArePromotedAsLibtorchDoes()
    {
        Assert.Equal(ScalarType.Float32, promote_types(ScalarType.Int64, ScalarType.Float32));
        Assert.Equal(ScalarType.QInt8, promote_types(ScalarType.QInt8, ScalarType.QInt8));
    }

    [Theory]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.QInt8)]
    [InlineData(NoType)]
    public void TheDefaultTypeIsFloatingPoint(ScalarType type)
    {
        Assert.Throws<ExternalException>(() => set_default_dtype(type));
        Assert.Equal(ScalarType.Float32, get_default_dtype());
        using var x = zeros(1);
        Assert.Equal(ScalarType.Float32, x.dtype);
    }

    [Fact]
    public void PlainMemoryIsNotQuantized() => Assert.Throws<ExternalException>(() => frombuffer(new byte[4], ScalarType.QUInt8));

    [Fact]
    public void NullsInListsAreNamed()
    {
        using var x = ones(2);
        Assert.Contains("a null at 1", Assert.Throws<ExternalException>(() => cat([x, null])).Message, StringComparison.Ordinal);
        Assert.Contains("a tensor is expected", Assert.Throws<ExternalException>(() => autograd.grad([null], [x])).Message, StringComparison.Ordinal);
    }
}
