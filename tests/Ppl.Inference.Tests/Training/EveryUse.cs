using Ppl.Contracts;
using Ppl.Data;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Every way into a model of one tensor of data: a fault of the model has the same name wherever it is met first.</summary>
internal static class EveryUse
{
    /// <param name="model">A model with a fault, and no covariates.</param>
    /// <param name="x">Its data.</param>
    /// <param name="check">Looks at what is thrown.</param>
    public static void Fails<TModel>(TModel model, Tensor x, Action<PplException> check) where TModel : GenerativeModel, IGeneratedModel
    {
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
        using var data = Dataset.From(x);
        Action[] uses =
        [
            () => svi.Fit(data, 1, 10),
            () => svi.Step(x),
            () => guide.Prepare(guide.Batch(x)),
            () => Evaluate.Bound(model, guide, data),
            () => Evaluate.PriorSamples(model, 8),
            () => Interpreter.Simulate(model, [8]),
        ];
        foreach (var use in uses)
        {
            check(Assert.ThrowsAny<PplException>(use));
            Assert.False(guide.IsPrepared);
        }
    }
}
