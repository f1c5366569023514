namespace TorchSharp;

public static partial class torch
{
    /// <summary>A draw from the Dirichlet distribution along the last dimension, with its pathwise gradient.</summary>
    public static Tensor _sample_dirichlet(Tensor input, Generator generator = null) =>
        is_grad_enabled() && input.requires_grad ? DirichletDraw.apply(input, generator) : Raw._sample_dirichlet(input, generator);

    // libtorch has the gradient as an operator of its own but does not connect it to the draw.
    private sealed class DirichletDraw : autograd.SingleTensorFunction<DirichletDraw>
    {
        public override string Name => nameof(DirichletDraw);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var concentration = (Tensor)vars[0];
            var draw = Raw._sample_dirichlet(concentration, (Generator)vars[1]);
            ctx.save_for_backward([draw, concentration]);
            return draw;
        }

        /// <summary>Jankowiak and Obermeyer (2018), arXiv:1806.01851: each concentration moves the draw along its own direction.</summary>
        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            var (draw, concentration) = (saved[0], saved[1]);
            var total = concentration.sum(-1L, true).expand_as(concentration);
            var along = Raw._dirichlet_grad(draw, concentration, total);
            return [along * (grad_output - (draw * grad_output).sum(-1L, true)), null];
        }
    }
}
