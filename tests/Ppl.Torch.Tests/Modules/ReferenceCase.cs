using static TorchSharp.torch.nn;

namespace Ppl.Torch.Tests.Modules;

/// <summary>One case of reference/modules.json: a module (or a function), its inputs, and how it is called.</summary>
public sealed record ReferenceCase(string Name, Func<Module> Make, Func<Module, Tensor[], Tensor[]> Call, long[][] Shapes)
{
    public bool Train { get; init; } = true;

    public bool Positive { get; init; }

    public Func<Tensor[]> Inputs { get; init; }

    public static ReferenceCase Of(string name, Func<Module> make, params long[][] shapes) => new(name, make, Plain, shapes);

    public static ReferenceCase Of(string name, Func<Module> make, Func<Module, Tensor[], Tensor> call, params long[][] shapes) =>
        new(name, make, (m, x) => [call(m, x)], shapes);

    public static ReferenceCase Function(string name, Func<Tensor[], Tensor> function, params long[][] shapes) =>
        new(name, () => null, (_, x) => [function(x)], shapes);

    private static Tensor[] Plain(Module module, Tensor[] x) => module switch
    {
        Module<Tensor, Tensor> m => [m.call(x[0])],
        Module<Tensor, Tensor, Tensor> m => [m.call(x[0], x.ElementAtOrDefault(1))],
        Module<Tensor, Tensor, Tensor, Tensor> m => [m.call(x[0], x[1], x[2])],
        Module<Tensor, Tensor, (Tensor, Tensor)> m => Two(m.call(x[0], x.ElementAtOrDefault(1))),
        Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> m => Three(m.call(x[0], x.Length > 1 ? (x[1], x[2]) : null)),
        Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)> m => Two(m.call(x[0], x.Length > 1 ? (x[1], x[2]) : null)),
        _ => throw new InvalidOperationException(module.GetType().Name),
    };

    private static Tensor[] Two((Tensor, Tensor) pair) => [pair.Item1, pair.Item2];

    private static Tensor[] Three((Tensor, Tensor, Tensor) triple) => [triple.Item1, triple.Item2, triple.Item3];
}
