using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Evaluation;

public sealed class MemoryTests
{
    /// <summary>The widest tensor of this decoder is a hidden one: 16 channels of 32 · 32 pixels, 64 KiB a row, for 64 pixels observed.</summary>
    [Fact]
    public void The_area_of_convolutions_counts()
    {
        using var scope = NewDisposeScope();
        using var model = new AnyDecoder(Sequential(
            Linear(3, 32 * 32), Unflatten(1, [1, 32, 32]), Conv2d(1, 16, 3, padding: 1), ReLU(), Conv2d(16, 1, 4, stride: 4), Flatten()));
        using var guide = model.CreateGuide();
        using var data = Dataset.From(rand(12, 64).round());
        using var pass = new EvaluationPass(model, guide, data, new EvaluationOptions { MemoryBudget = 1 << 20 });
        Assert.Equal((1 << 20) / (16 * 32 * 32 * 4), pass.MaxRows);
    }

    [Fact]
    public void So_do_the_steps_of_recurrent_layers()
    {
        using var scope = NewDisposeScope();
        using var model = new SmallVae();
        using var guide = model.CreateGuide(new Stepwise());
        using var data = Dataset.From(rand(12, 64).round());
        using var pass = new EvaluationPass(model, guide, data, new EvaluationOptions { MemoryBudget = 1 << 20 });
        Assert.Equal((1 << 20) / (64 * 30 * 4), pass.MaxRows);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float64)]
    public void The_streamed_sum_reads_any_number_type(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var sum = new StreamingLogMeanExp();
        sum.Add(tensor(new double[,] { { 1, 2 }, { 1, 2 } }).to(type));
        Assert.Equal([1, 2], sum.LogMean());
        Assert.Equal([2, 2], sum.EffectiveSampleSize().Select(s => Math.Round(s, 12)));
    }

    /// <summary>64 steps of one number, 30 of them out at each.</summary>
    private sealed class Stepwise : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.GRU gru = GRU(1, 30, batchFirst: true);

        public Stepwise() : base(nameof(Stepwise)) => RegisterComponents();

        public override Tensor forward(Tensor input) => gru.call(input.unsqueeze(-1)).Item1.select(1, 63);
    }
}
