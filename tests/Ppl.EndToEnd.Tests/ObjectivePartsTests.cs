using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Ppl.EndToEnd.Tests.Pages;
using Ppl.Inference;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>What PPL0163 says when a program compiles, the library says when it runs, of the same calls.</summary>
public sealed class ObjectivePartsTests
{
    private const string Layer = "TorchSharp.torch.nn.Linear(2, 1)";

    private static readonly (string Call, Func<Objective> Run)[] Refused =
    [
        ("Objective.Elbo(gradient: GradientForm.DoublyReparameterized)", () => Objective.Elbo(gradient: GradientForm.DoublyReparameterized)),
        ("Objective.Elbo(1, KlForm.ClosedForm, GradientForm.StickingTheLanding)",
            () => Objective.Elbo(1, KlForm.ClosedForm, GradientForm.StickingTheLanding)),
        ("Objective.WakeSleep(1)", () => Objective.WakeSleep(1)),
        ("Objective.WakeSleep(1, 0.5)", () => Objective.WakeSleep(1, 0.5)),
        ("Objective.Supervised(Objective.Supervised(Objective.Elbo(), 1), 1)", () => Objective.Supervised(Objective.Supervised(Objective.Elbo(), 1), 1)),
        ("Objective.Supervised(Objective.WakeSleep(2), 1)", () => Objective.Supervised(Objective.WakeSleep(2), 1)),
        ("Objective.Supervised(Objective.Piwae(2, 2), 1)", () => Objective.Supervised(Objective.Piwae(2, 2), 1)),
        ("Objective.Supervised(Objective.Capacity(1, 1), 1)", () => Objective.Supervised(Objective.Capacity(1, 1), 1)),
        ("Objective.Supervised(Objective.FreeBits(1), 1)", () => Objective.Supervised(Objective.FreeBits(1), 1)),
        ("Objective.Supervised(Objective.Constrained(1), 1)", () => Objective.Supervised(Objective.Constrained(1), 1)),
        ("Objective.Supervised(Objective.Geco(1), 1)", () => Objective.Supervised(Objective.Geco(1), 1)),
        ("Objective.Supervised(Objective.InfoVae(0, 2), 1)", () => Objective.Supervised(Objective.InfoVae(0, 2), 1)),
        ("Objective.Supervised(Objective.Wae(1), 1)", () => Objective.Supervised(Objective.Wae(1), 1)),
        ("Objective.Supervised(Objective.BetaTcVae(2), 1)", () => Objective.Supervised(Objective.BetaTcVae(2), 1)),
        ($"Objective.Supervised(Objective.Gan({Layer}), 1)", () => Objective.Supervised(Objective.Gan(Linear(2, 1)), 1)),
        ($"Objective.Supervised(Objective.Wgan({Layer}), 1)", () => Objective.Supervised(Objective.Wgan(Linear(2, 1)), 1)),
        ($"Objective.Supervised(Objective.WganGp({Layer}), 1)", () => Objective.Supervised(Objective.WganGp(Linear(2, 1)), 1)),
        ($"Objective.Supervised(Objective.FactorVae({Layer}, 1), 1)", () => Objective.Supervised(Objective.FactorVae(Linear(2, 1), 1), 1)),
        ($"Objective.Supervised(Objective.AdversarialAutoencoder({Layer}, 1), 1)",
            () => Objective.Supervised(Objective.AdversarialAutoencoder(Linear(2, 1), 1), 1)),
        ("Objective.Supervised(Objective.Elbo(beta: 2), 1)", () => Objective.Supervised(Objective.Elbo(beta: 2), 1)),
        ("Objective.Supervised(Objective.Iwae(2, GradientForm.DoublyReparameterized), 1)",
            () => Objective.Supervised(Objective.Iwae(2, GradientForm.DoublyReparameterized), 1)),
    ];

    public static TheoryData<int> Calls => [.. Enumerable.Range(0, Refused.Length)];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_is_refused_by_both(int index)
    {
        var (call, run) = Refused[index];
        Assert.Throws<ArgumentException>(run);
        var said = await Diagnose(call);
        Assert.Equal("PPL0163", Assert.Single(said).Id);
    }

    [Theory]
    [InlineData("Objective.Elbo(5, gradient: GradientForm.StickingTheLanding)")]
    [InlineData("Objective.Iwae(5, GradientForm.DoublyReparameterized)")]
    [InlineData("Objective.WakeSleep(1, 1)")]
    [InlineData("Objective.Supervised(Objective.Iwae(2), 1)")]
    [InlineData("Objective.Supervised(Objective.Ciwae(0.5, 2), 1)")]
    [InlineData("Objective.Supervised(Objective.RenyiMax(2), 1)")]
    public async Task A_call_that_has_a_meaning_is_left_alone(string call) => Assert.Empty(await Diagnose(call));

    private static async Task<IReadOnlyList<Diagnostic>> Diagnose(string call) => await UserCompiler.Diagnose(
        $"using Ppl.Inference; public static class Bounds {{ public static Objective Make() => {call}; }}",
        LanguageVersion.Latest,
        OutputKind.DynamicallyLinkedLibrary);
}
