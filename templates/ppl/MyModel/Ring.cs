using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MyModel;

/// <summary>Points of the plane explained by one hidden number each: z ~ Normal(0, 1), x ~ Normal(decoder(z), 0.1).</summary>
public sealed partial class Ring : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder;

    public Ring(int hidden = 64)
    {
        decoder = Sequential(Linear(1, hidden), Tanh(), Linear(hidden, hidden), Tanh(), Linear(hidden, 2));
        RegisterComponents();
    }

    // Ppl reads this method when the project compiles, and writes CreateGuide, Simulate, Predict and LogJoint beside it.
    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);                        // one independent copy for each row of x
        var z = Sample(Normal(0, 1).Expand(1));           // the site's name is the variable's: "z"
        Observe(x, Normal(decoder.call(z), 0.1));
    }
}
