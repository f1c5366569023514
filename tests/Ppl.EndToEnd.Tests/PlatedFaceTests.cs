using Ppl.EndToEnd.Tests.Catalogue;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Simulate, Posterior, Predict, LogJoint and Reconstruct of models with several plates have the shapes that are documented.</summary>
public sealed class PlatedFaceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Regression_has_one_set_of_weights_for_each_sample(int samples)
    {
        using var pass = Pass.Prepare(LinearRegression.Entry);
        var (model, guide, y, x) = ((LinearRegression)pass.Model, (LinearRegression.Guide)pass.Guide, pass.Batch[0], pass.Batch[1]);
        var posterior = guide.Posterior(y, x, samples);
        Assert.Equal([samples, 3], posterior.w.shape);
        Assert.Equal([samples], posterior.noise.shape);
        Check([samples, 5], model.Predict(posterior, x).y);
        Joint(k => model.LogJoint(new(posterior.w[k], posterior.b[k], posterior.noise[k]), y, x), model.LogJoint(posterior, y, x), samples);
        Check([5], guide.Reconstruct(y, x).y);
        var joint = model.Simulate(5, x);
        Assert.Equal([3], joint.w.shape);
        Check([5], joint.y);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Counties_are_no_rows(int samples)
    {
        using var pass = Pass.Prepare(Radon.Entry, rows: 7);
        var (model, guide, y, floor, of) = ((Radon)pass.Model, (Radon.Guide)pass.Guide, pass.Batch[0], pass.Batch[1], pass.Batch[2]);
        var posterior = guide.Posterior(y, floor, of, samples);
        Assert.Equal([samples, 3], posterior.alpha.shape);
        Assert.Equal([samples, 2], posterior.mean.shape);
        Check([samples, 7], model.Predict(posterior, floor, of).y);
        Joint(
            k => model.LogJoint(
                new(posterior.mean[k], posterior.spread[k], posterior.alpha[k], posterior.beta[k], posterior.noise[k]), y, floor, of),
            model.LogJoint(posterior, y, floor, of),
            samples);

        // What is learnt of the counties serves other houses, of another number.
        Check([samples, 2], model.Predict(posterior, floor.narrow(0, 0, 2), of.narrow(0, 0, 2)).y);
        Check([7], guide.Reconstruct(y, floor, of).y);
        Check([7], model.Simulate(7, floor, of).y);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Persons_and_items_are_the_two_dimensions_of_answers(int samples)
    {
        using var pass = Pass.Prepare(ItemResponse.Entry);
        var (model, guide, y) = ((ItemResponse)pass.Model, (ItemResponse.Guide)pass.Guide, pass.Batch[0]);
        var posterior = guide.Posterior(y, samples);
        Assert.Equal([samples, 4], posterior.difficulty.shape);
        Assert.Equal([samples, 5], posterior.ability.shape);
        Check([samples, 5, 4], model.Predict(posterior, answer: 4).y);
        Joint(
            k => model.LogJoint(new(posterior.difficulty[k], posterior.discrimination[k], posterior.ability[k]), y),
            model.LogJoint(posterior, y),
            samples);
        Check([5, 4], guide.Reconstruct(y).y);
        Check([6, 4], model.Simulate(person: 6, answer: 4).y);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Each_of_two_surveys_has_rows_of_its_own(int samples)
    {
        using var pass = Pass.Prepare(TwoSurveys.Entry);
        var (model, guide, x, y) = ((TwoSurveys)pass.Model, (TwoSurveys.Guide)pass.Guide, pass.Batch[0], pass.Batch[1]);
        var posterior = guide.Posterior(x, y, samples);
        Assert.Equal([samples], posterior.mu.shape);
        Assert.Equal([samples, 5], posterior.u.shape);
        Assert.Equal([samples, 7], posterior.v.shape);
        var predicted = model.Predict(posterior);
        Check([samples, 5], predicted.x);
        Check([samples, 7], predicted.y);
        Joint(k => model.LogJoint(new(posterior.mu[k], posterior.u[k], posterior.v[k]), x, y), model.LogJoint(posterior, x, y), samples);
        Check([7], guide.Reconstruct(x, y).y);
        var joint = model.Simulate(first: 3, second: 4);
        Check([3], joint.x);
        Check([4], joint.y);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Nested_and_numbered_inner_plates_follow_the_rows(int samples)
    {
        using var pupils = Pass.Prepare(Pupils.Entry);
        var (model, guide, x) = ((Pupils)pupils.Model, (Pupils.Guide)pupils.Guide, pupils.Batch[0]);
        var posterior = guide.Posterior(x, samples);
        Assert.Equal([samples], posterior.mu.shape);
        Assert.Equal([samples, 5], posterior.a.shape);
        Assert.Equal([samples, 5, 3], posterior.e.shape);
        Check([samples, 5, 3], model.Predict(posterior).x);
        Joint(k => model.LogJoint(new(posterior.mu[k], posterior.a[k], posterior.e[k]), x), model.LogJoint(posterior, x), samples);
        Check([6, 2], model.Simulate(data: 6, pupil: 2).x);

        using var parts = Pass.Prepare(Parts.Entry);
        var (sum, inverse, total) = ((Parts)parts.Model, (Parts.Guide)parts.Guide, parts.Batch[0]);
        var found = inverse.Posterior(total, samples);
        Assert.Equal([samples, 5, 3, 2], found.free.shape);
        Check([samples, 5], sum.Predict(found).x);
        var joint = sum.LogJoint(found, total);
        Assert.Equal([samples, 5], joint.shape);
        for (var k = 0; k < samples; k++) Close(sum.LogJoint(new(found.a[k], found.e[k], found.free[k]), total), joint[k]);
        Check([6], sum.Simulate(6).x);
        Check([5], inverse.Reconstruct(total).x);
    }

    private static void Joint(Func<int, Tensor> one, Tensor all, int samples)
    {
        Assert.Equal([samples], all.shape);
        for (var k = 0; k < samples; k++) Close(one(k), all[k]);
    }

    private static void Check(long[] shape, Prediction prediction)
    {
        Assert.Equal(shape, prediction.Value.shape);
        Assert.Equal(shape, prediction.Mean.shape);
    }

    private static void Close(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.True((expected - found).abs().max().item<double>() < 1e-10 * (1 + expected.abs().max().item<double>()));
    }
}
