using Ppl.Data;

namespace Ppl.Inference;

/// <summary>A fit has two data sets, and its messages say which of them is meant.</summary>
internal static class HeldOutFault
{
    /// <summary>Does something with the held-out set; what goes wrong is said to be of it.</summary>
    public static T Named<T>(Dataset heldOut, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (PplException fault)
        {
            throw Of(heldOut.Name, fault);
        }
    }

    private static PplException Of(string name, PplException fault)
    {
        var (site, text) = (fault.Site, fault.Message);
        if (site is not null && text.StartsWith($"{site}: ", StringComparison.Ordinal)) text = text[(site.Length + 2)..];
        text = text.StartsWith($"data '{name}'", StringComparison.Ordinal) ? $"held-out {text}" : $"held-out data '{name}': {text}";
        return fault switch
        {
            PplShapeException => new PplShapeException(text, site, fault),
            PplSupportException => new PplSupportException(text, site, fault),
            NonFiniteException => new NonFiniteException(text, site, fault),
            _ => new PplArgumentException(text, site, fault),
        };
    }
}
