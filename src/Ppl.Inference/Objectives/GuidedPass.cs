using System.Runtime.InteropServices;
using Ppl.Contracts;
using Ppl.Interpretation;

namespace Ppl.Inference;

/// <summary>A pass of guide and model. An error of libtorch in the midst of it gets the names of its site and tensors.</summary>
internal static class GuidedPass
{
    /// <summary>The guide's draws.</summary>
    public static Draws Draw(Guide guide, Batch batch, int particles) => Run(guide, batch, () => guide.Draw(batch, particles));

    /// <summary>The terms at the guide's draws.</summary>
    public static SiteTerms Terms(Guide guide, Batch batch, int particles, TermForm form) =>
        Run(guide, batch, () => guide.Terms(guide.Draw(batch, particles), form));

    /// <summary>Runs a pass; where libtorch fails, the interpreter runs it again, step by step, to find the place.</summary>
    /// <exception cref="PplException">The message names the site, the tensors' shapes and what to write.</exception>
    public static T Run<T>(Guide guide, Batch batch, Func<T> pass)
    {
        try
        {
            return pass();
        }
        catch (ExternalException)
        {
            if (Explain(guide, batch) is { } named) throw named;
            throw;
        }
    }

    /// <summary>What the interpreter says of a pass in which libtorch failed; null where it meets no fault.</summary>
    public static PplException? Explain(Guide guide, Batch batch) => Interpreter.Explain(() => Interpreter.Run(guide, batch));
}
