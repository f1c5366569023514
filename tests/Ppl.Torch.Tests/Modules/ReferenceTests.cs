using System.Text.Json;
using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

/// <summary>Outputs, gradients and buffers of every module against PyTorch's (reference/make_reference.py), in float64.</summary>
public class ReferenceTests
{
    private static readonly Dictionary<string, ReferenceCase> Cases = ReferenceCases.All().ToDictionary(c => c.Name);
    private static readonly JsonElement Reference = References.Load("modules.json");

    public static TheoryData<string> Names => [.. Reference.EnumerateObject().Select(p => p.Name)];

    [Fact]
    public void Every_case_has_a_reference() => Assert.Empty(Cases.Keys.Except(Reference.EnumerateObject().Select(p => p.Name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_PyTorch(string name)
    {
        var test = Cases[name];
        var expected = Reference.GetProperty(name);
        using var scope = torch.NewDisposeScope();
        using var module = test.Make()?.to(ScalarType.Float64);
        SetWeights(module);
        module?.train(test.Train);
        var inputs = test.Inputs?.Invoke() ?? Inputs(test);
        var outputs = test.Call(module, inputs);
        Backward(outputs);

        References.Compare(expected.GetProperty("outputs").EnumerateArray(), outputs, "output");
        foreach (var (x, gradient) in inputs.Zip(expected.GetProperty("inputs").EnumerateArray()))
        {
            Assert.Equal(gradient.ValueKind == JsonValueKind.Null, x.grad is null);
            if (x.grad is not null) References.Compare(gradient, x.grad, "gradient of an input");
        }

        if (module is not null)
        {
            var gradients = module.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name,
                p => p.parameter.grad);
            Compare(expected.GetProperty("parameters"), gradients);
            Compare(expected.GetProperty("buffers"), module.named_buffers().ToDictionary(b => b.name, b => b.buffer));
        }
    }

    private static void Compare(JsonElement expected, Dictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.EnumerateObject().Select(p => p.Name).Order(), actual.Keys.Order());
        foreach (var (name, tensor) in actual) References.Compare(expected.GetProperty(name), tensor, name);
    }

    private static void SetWeights(Module module)
    {
        if (module is null) return;

        using var noGrad = torch.no_grad();
        foreach (var ((_, parameter), k) in module.named_parameters().OrderBy(p => p.name,
            StringComparer.Ordinal).Select((p, k) => (p, k)))
        {
            parameter.copy_(References.Fill(parameter.shape, k));
        }
    }

    private static Tensor[] Inputs(ReferenceCase test) => [.. test.Shapes.Select((shape, j) =>
    {
        var x = References.Fill(shape, 20 + j, 1);
        return (test.Positive ? (x.abs() * 0.8) + 0.1 : x).requires_grad_();
    })];

    private static void Backward(Tensor[] outputs)
    {
        var terms = outputs.Where(o => o.requires_grad).Select((o, j) => (o * References.Fill(o.shape, 10 + j, 1)).sum()).ToList();
        if (terms.Count > 0) terms.Aggregate((a, b) => a + b).backward();
    }
}
