using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>
/// Which modules train. A module that the user put in evaluation mode, as batch norm with fixed statistics is, stays so. Where the whole
/// network is in evaluation mode, it was put aside to look at its results, and wakes to be trained; parts without a parameter to train,
/// which somebody froze on purpose, stay.
/// </summary>
internal static class TrainingMode
{
    /// <summary>Wakes a network that was put aside. Returns whether it was.</summary>
    public static bool Wake(nn.Module root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (root.training || IsFrozen(root)) return false;
        var frozen = Frozen(root).Where(part => !part.training).ToList();
        root.train();
        foreach (var part in frozen) part.eval();
        return true;
    }

    /// <summary>The submodules, by name, that are in training mode while the network is trained.</summary>
    public static IEnumerable<(string Name, nn.Module Module)> Trained(nn.Module root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (root.training) return root.named_modules().Where(m => m.Item2.training);
        if (IsFrozen(root)) return [];
        var asleep = Frozen(root).Where(part => !part.training).SelectMany(part => part.modules().Prepend(part))
            .ToHashSet(ReferenceEqualityComparer.Instance);
        return root.named_modules().Where(m => !asleep.Contains(m.Item2));
    }

    /// <summary>The outermost frozen parts.</summary>
    private static IEnumerable<nn.Module> Frozen(nn.Module module) =>
        module.children().SelectMany(child => IsFrozen(child) ? [child] : Frozen(child));

    /// <summary>Whether a module has parameters, and none of them is trained.</summary>
    public static bool IsFrozen(nn.Module module) => module.parameters().Any() && module.parameters().All(p => !p.requires_grad);
}
