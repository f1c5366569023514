using Ppl;
using Ppl.Inference;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private const GradientForm Path = GradientForm.StickingTheLanding;

    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
    }

    public static Objective[] Bad(int particles, GradientForm form) =>
    [
        Objective.Elbo(5, gradient: GradientForm.DoublyReparameterized),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.Elbo would be refused when it runs, because the doubly reparameterized gradient squares the normalized weights of an importance weighted bound, and the ELBO has none. Use GradientForm.StickingTheLanding, which is what it becomes for one particle, or Objective.Iwae.
        Objective.Elbo(gradient: Path, kl: KlForm.ClosedForm),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.Elbo would be refused when it runs, because sticking the landing drops the direct gradient of log q at the draw, and a divergence in closed form has no log q at a draw. Use KlForm.Sampled.
        Objective.WakeSleep(1),
//      ^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.WakeSleep would be refused when it runs, because the weight of one draw is 1 whatever it is, so that the wake phase would pull the guide to its own draws. Take two particles or more, or 'sleep: 1'.
        Objective.WakeSleep(sleep: 0.5, particles: 1),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.WakeSleep would be refused when it runs, because the weight of one draw is 1 whatever it is, so that the wake phase would pull the guide to its own draws. Take two particles or more, or 'sleep: 1'.
        Objective.Supervised(Objective.Supervised(Objective.Elbo(), 1), 1),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.Supervised would be refused when it runs, because the bound in it has the log q of what is known already. Leave one of the two out.
        Objective.Supervised(Objective.Piwae(2, 2), 1),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.Supervised would be refused when it runs, because Objective.Piwae trains model and guide by gradients of different numbers, so that there is no value to add log q to. Use Objective.Iwae or Objective.Elbo.
        Objective.Supervised(Objective.FreeBits(1), 1),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.Supervised would be refused when it runs, because its bound weighs divergences, and log p of what is known of a latent is none, but a part of the likelihood. Use a bound without weights.
        Objective.Supervised(Objective.Elbo(beta: 4), 1),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.Supervised would be refused when it runs, because its bound weighs divergences, and log p of what is known of a latent is none, but a part of the likelihood. Use a bound without weights.
        Objective.Supervised(Objective.Iwae(5, Path), 1),
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0163: This call of Objective.Supervised would be refused when it runs, because a gradient along the path holds the guide's parameters fixed, and log q of what is known is learnt by just these. Use GradientForm.Plain.
    ];

    public static Objective[] Fine(int particles, GradientForm form) =>
    [
        Objective.Elbo(gradient: form),
        Objective.Elbo(gradient: Path, kl: KlForm.Sampled),
        Objective.Elbo(gradient: Path, kl: null),
        Objective.WakeSleep(particles),
        Objective.WakeSleep(1, sleep: 1),
        Objective.Supervised(Objective.Elbo(beta: null), 1),
        Objective.Supervised(Objective.Iwae(5, form), 1),
    ];
}
