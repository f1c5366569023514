using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Gan"/>.</summary>
internal sealed class GanObjective : CriticObjective
{
    public GanObjective(Module<Tensor, Tensor> critic, int criticSteps, string? site)
        : this(critic, ObjectiveNetworks.Of(nameof(critic), critic), criticSteps, site, 0)
    {
    }

    private GanObjective(Module<Tensor, Tensor> critic, ObjectiveNetworks networks, int criticSteps, string? site, int step)
        : base(critic, networks, criticSteps, site, step)
    {
    }

    public override string Name => "GAN";

    protected override CriticObjective WithStep(int step) => new GanObjective(Critic, Own, CriticSteps, Site, step);

    protected override Tensor Value(Tensor data, Tensor drawn) => -data.log_sigmoid() - (-drawn).log_sigmoid();

    protected override Tensor ModelLoss(Tensor drawn) => -drawn.log_sigmoid().mean();
}

/// <summary>See <see cref="Objective.Wgan"/>.</summary>
internal sealed class ClippedWganObjective : CriticObjective
{
    private readonly double clip;

    public ClippedWganObjective(Module<Tensor, Tensor> critic, int criticSteps, string? site, double clip)
        : this(critic, ObjectiveNetworks.Of(nameof(critic), critic), criticSteps, site, clip, 0)
    {
    }

    private ClippedWganObjective(
        Module<Tensor, Tensor> critic, ObjectiveNetworks networks, int criticSteps, string? site, double clip, int step)
        : base(critic, networks, criticSteps, site, step) => this.clip = clip;

    public override string Name => "WGAN";

    protected override string Settings => $", weights within {Text(clip)}";

    protected override CriticObjective WithStep(int step) => new ClippedWganObjective(Critic, Own, CriticSteps, Site, clip, step);

    protected override Tensor Value(Tensor data, Tensor drawn) => drawn - data;

    protected override Tensor ModelLoss(Tensor drawn) => -drawn.mean();

    internal override void AfterUpdate()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();

        // Of what the step has left as it is there is no gradient.
        foreach (var weight in Critic.parameters().Where(weight => weight.grad is not null)) weight.clamp_(-clip, clip);
    }
}

/// <summary>See <see cref="Objective.WganGp"/>.</summary>
internal sealed class PenalizedWganObjective : CriticObjective
{
    private readonly double weight;

    public PenalizedWganObjective(Module<Tensor, Tensor> critic, int criticSteps, string? site, double weight)
        : this(critic, ObjectiveNetworks.Of(nameof(critic), critic), criticSteps, site, weight, 0)
    {
    }

    private PenalizedWganObjective(
        Module<Tensor, Tensor> critic, ObjectiveNetworks networks, int criticSteps, string? site, double weight, int step)
        : base(critic, networks, criticSteps, site, step) => this.weight = weight;

    public override string Name => "WGAN-GP";

    protected override string Settings => $", penalty {Text(weight)}";

    protected override CriticObjective WithStep(int step) => new PenalizedWganObjective(Critic, Own, CriticSteps, Site, weight, step);

    protected override Tensor Value(Tensor data, Tensor drawn) => drawn - data;

    protected override Tensor ModelLoss(Tensor drawn) => -drawn.mean();

    protected override Tensor Penalty(Tensor data, Tensor drawn)
    {
        long[] perRow = [data.shape[0], .. Enumerable.Repeat(1L, (int)data.dim() - 1)];
        var point = lerp(drawn, data, rand(perRow, data.dtype, data.device)).detach().requires_grad_();
        Judge(point).sum().backward(create_graph: true, inputs: [point]);
        var slope = point.grad ?? throw new PplArgumentException($"{Name}: the critic's number does not depend on its input.");

        // The slope's graph holds the point: left there, neither would ever be freed.
        point.grad = null;
        var norm = linalg.vector_norm(slope.flatten(1), 2, [1]);
        return weight * (norm - 1).square().mean();
    }

    protected override void RequireCritic()
    {
        if (Critic.modules().Prepend(Critic).FirstOrDefault(module => module is BatchNorm) is not { } norm) return;
        throw new PplArgumentException(
            $"{this}: the critic has a {norm.GetType().Name}, so that its number for a row follows from the other rows, and a row's slope is none of "
            + "its own. Use LayerNorm, or no norm.");
    }
}
