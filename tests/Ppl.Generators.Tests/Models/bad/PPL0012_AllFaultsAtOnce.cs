using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        Sample(Normal(0, 1));
//      ^^^^^^^^^^^^^^^^^^^^ PPL0012: This draw is not assigned to a variable of its own, whose name would be the site's. Write 'var z = Sample(...);' as a statement, and use 'z' where the draw is needed.
        var z = Sample(Bernoulli(0.5).Expand(2));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^ PPL0019: The guide would draw 'z' from Bernoulli, whose draws are no differentiable function of its parameters, so that no gradient would reach the encoder: such latents are not supported yet. Sum a discrete 'z' out by hand, and observe the mixture over its values; for a continuous one, let its [Family] name a head whose family is reparameterized.
        while (net.training) Observe(x, Normal(net.call(z), 1));
//                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0031: 'Observe' stands in a 'while' loop, so that the number of its sites would not be known, and the sites of a guide are fixed. Use a 'for' loop over an array of draws, 'h[i] = Sample(...);', whose length is a constant, a field or a property.
        z = z.relu();
//      ^ PPL0013: 'z' holds a random variable or data and is assigned again: it would stand for two values in the graph, the guide and the results. Give the new value a local of its own.
        try
//      ^^^ PPL0036: A model cannot hold a 'try': an exception that is caught would leave some sites with a value and others without. Let exceptions pass; faults of shapes and values are reported with their site.
        {
        }
        finally
        {
        }

        Observe(x.log(), Normal(x, Sample(Normal(0, 1))));
//              ^^^^^^^ PPL0015: 'x.log()' is not a parameter of the model: the simulator has to draw what is observed, and cannot undo a computation. Pass the data to the model as they are to be observed, or observe the parameter itself under the distribution of the untransformed data.
//                              ^ PPL0017: 'x' is read above its 'Observe', where it has no value yet when the model simulates data. Move the 'Observe' above this statement, if what is computed here is not needed for it; else pass what is needed here as a second parameter that is never observed, a covariate.
//                                 ^^^^^^^^^^^^^^^^^^^^ PPL0012: This draw is not assigned to a variable of its own, whose name would be the site's. Write 'var z = Sample(...);' as a statement, and use 'z' where the draw is needed.
        while (net.training) Sample(Normal(0, 1));
//                           ^^^^^^^^^^^^^^^^^^^^ PPL0031: 'Sample' stands in a 'while' loop, so that the number of its sites would not be known, and the sites of a guide are fixed. Use a 'for' loop over an array of draws, 'h[i] = Sample(...);', whose length is a constant, a field or a property.
    }
}
