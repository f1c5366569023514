using System.Runtime.InteropServices;
using Ppl.Contracts;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>
/// What a child process does: tensors are changed in place between a fused density and its backward pass. On TorchSharp an exception of a custom
/// function's backward pass ends the process, so a fault must come from libtorch, before managed code is reached.
/// </summary>
internal static class InPlaceChanges
{
    public const string Argument = "in-place changes";
    public const string End = "without a change the gradient is what it was";

    // Rows and pixels that the fused density takes.
    private const int Rows = 80;

    public static void Run()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var kept = new Kept();
        using var model = new AnyDecoder(kept);
        using var guide = model.CreateGuide();
        var x = rand(Rows, 64).round();
        guide.Prepare(guide.Batch(x));

        var expected = Gradient(guide, kept, x, _ => { });
        void Fill(Tensor tensor) => tensor.detach().narrow(1, 0, 1).fill_(3);
        Try("the batch", () => Gradient(guide, kept, x, Fill));
        Try("the logits", () => Gradient(guide, kept, x, _ => Fill(kept.Logits!)));
        Try("the logits, a graph of the gradient", () => Gradient(guide, kept, x, _ => Fill(kept.Logits!), graph: true));
        Console.WriteLine(expected.allclose(Gradient(guide, kept, x, _ => { })) ? End : "the gradient has changed");
    }

    private static void Try(string what, Action pass)
    {
        try
        {
            pass();
            Console.WriteLine($"{what}: unseen");
        }
        catch (ExternalException fault)
        {
            Console.WriteLine($"{what}: {fault.Message.Split('\n')[0]}");
        }
    }

    private static Tensor Gradient(AnyDecoder.Guide guide, Kept kept, Tensor x, Action<Tensor> change, bool graph = false)
    {
        var data = x.clone();
        manual_seed(3);
        var terms = guide.Terms(guide.Draw(guide.Batch(data), 1), TermForm.Sampled);
        var density = terms[1].LogP!.sum();
        using (no_grad()) change(data);
        kept.Weight.grad = null;
        density.backward(create_graph: graph);
        return kept.Weight.grad!.detach().clone();
    }

    /// <summary>A layer that keeps its last output.</summary>
    private sealed class Kept : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear linear = Linear(3, 64);

        public Kept() : base(nameof(Kept)) => RegisterComponents();

        public Tensor? Logits { get; private set; }

        public Tensor Weight => linear.weight!;

        public override Tensor forward(Tensor input) => Logits = linear.call(input);
    }
}
