using System.Globalization;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>The numbers that an optimizer is made with beside its rate. Its own constructor looks at few of them.</summary>
/// <remarks>The domains are those that PyTorch's optimizers check, and those outside of which a running mean is none.</remarks>
internal static class OptimizerSettings
{
    private static readonly Domain Any = new("finite", _ => true);
    private static readonly Domain NotNegative = new("finite, at least 0", x => x >= 0);
    private static readonly Domain Decay = new("at least 0, below 1", x => x is >= 0 and < 1);
    private static readonly Domain Share = new("from 0 to 1", x => x is >= 0 and <= 1);

    private static readonly Dictionary<string, Domain> Domains = new()
    {
        ["beta1"] = Decay,
        ["beta2"] = Decay,
        ["eps"] = NotNegative,
        ["weight_decay"] = NotNegative,
        ["momentum"] = NotNegative,
        ["momentum_decay"] = NotNegative,
        ["lr_decay"] = NotNegative,
        ["initial_accumulator_value"] = NotNegative,
        ["rho"] = Share,
        ["alpha"] = Share,
        ["lambd"] = NotNegative,
        ["t0"] = NotNegative,
        ["etaminus"] = new("above 0, below 1", x => x is > 0 and < 1),
        ["etaplus"] = new("finite, above 1", x => x > 1),
        ["min_step"] = NotNegative,
        ["max_step"] = NotNegative,
    };

    /// <summary>Checks the public numbers of each group's options; a name that is not known here must be finite.</summary>
    /// <exception cref="PplArgumentException">The message names the setting, its value and its domain.</exception>
    public static void Check(Optimizer optimizer)
    {
        var index = 0;
        foreach (var group in optimizer.ParamGroups)
        {
            var options = (group as ParamGroup)?.Options;
            foreach (var field in options?.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance) ?? [])
            {
                if (field.GetValue(options) is not double value) continue;
                var domain = Domains.GetValueOrDefault(field.Name, Any);
                if (double.IsFinite(value) && domain.Contains(value)) continue;
                var text = value.ToString(CultureInfo.InvariantCulture);
                throw new PplArgumentException(
                    $"the optimizer was made with {field.Name} = {text} for group {index} of {optimizer.GetType().Name}; it must be {domain.Text}.");
            }

            index++;
        }
    }

    private sealed record Domain(string Text, Func<double, bool> Contains);
}
