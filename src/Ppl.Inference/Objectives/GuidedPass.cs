using Ppl.Contracts;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>A pass of guide and model. An error in it that names no site, such as libtorch's, gets the names of its site and tensors.</summary>
internal static class GuidedPass
{
    /// <summary>Sizes the guide's encoders, if that has not happened yet, in turn with other engines: initial weights are drawn.</summary>
    public static void Prepare(Guide guide, Batch batch)
    {
        using var turn = StepSeed.TakeTurn();
        guide.Prepare(batch);
    }

    /// <summary>The guide's draws.</summary>
    public static Draws Draw(Guide guide, Batch batch, int particles, ParticleScope scope = ParticleScope.Joint) =>
        Run(guide, batch, particles, () => guide.Draw(batch, particles, scope));

    /// <summary>The terms at the guide's draws.</summary>
    public static SiteTerms Terms(Guide guide, Batch batch, int particles, TermForm form) =>
        Run(guide, batch, particles, () => guide.Terms(guide.Draw(batch, particles), form));

    /// <summary>The terms that an objective combines.</summary>
    public static SiteTerms Terms(Guide guide, Batch batch, Objective objective) => Run(
        guide, batch, objective.Particles, () => guide.Terms(guide.Draw(batch, objective.Particles, objective.Scope), objective.Form));

    /// <summary>Draws from the prior.</summary>
    public static JointDraw Simulate(IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) =>
        Run(() => model.Simulate(sizes, covariates), () => Interpreter.Simulate(model, sizes, covariates));

    /// <summary>A draw from the prior to look at shapes by, also where a flat prior has no draws.</summary>
    public static JointDraw Probe(IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) =>
        Run(() => ModelRun.Probe(model, sizes, covariates), () => Interpreter.Probe(model, sizes, covariates));

    /// <summary>Draws from the prior along which a gradient runs to the model's parameters.</summary>
    public static JointDraw Pathwise(IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> covariates) =>
        Run(() => ModelRun.Pathwise(model, sizes, covariates), () => Interpreter.Simulate(model, sizes, covariates));

    /// <summary>What the model makes of latents.</summary>
    public static JointDraw Predict(
        IGeneratedModel model, IReadOnlyList<long> sizes, IReadOnlyList<Tensor> latents, IReadOnlyList<Tensor> covariates) =>
        Run(() => model.Predict(sizes, latents, covariates), () => Interpreter.Predict(model, sizes, latents, covariates));

    /// <summary>Runs a pass; where it fails without a site's name, the interpreter runs it again, step by step, to find the place.</summary>
    /// <exception cref="PplException">
    /// The message names the site, the tensors' shapes and what to write; or says that there are more rows than memory holds.
    /// </exception>
    public static T Run<T>(Guide guide, Batch batch, int particles, Func<T> pass)
    {
        try
        {
            return Run(pass, () => Interpreter.Run(guide, batch));
        }
        catch (Exception fault) when (MemoryFault.Is(fault))
        {
            throw MemoryFault.Of(fault, new Rows(particles, batch.Count));
        }
    }

    /// <summary>What the interpreter says of a pass in which libtorch failed; null where it meets no fault.</summary>
    public static PplException? Explain(Guide guide, Batch batch) => Interpreter.Explain(() => Interpreter.Run(guide, batch));

    private static T Run<T>(Func<T> pass, Action again)
    {
        try
        {
            return pass();
        }
        catch (Exception fault) when (LibraryFault.LacksSite(fault))
        {
            if (Interpreter.Explain(again) is { } named) throw named;
            throw;
        }
    }
}
