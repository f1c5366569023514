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
    private readonly List<Module<Tensor, Tensor>> nets = [Linear(2, 2), Linear(2, 2)];
//                                                ^^^^ PPL0082: 'nets' is a List<Module<Tensor, Tensor>>, and RegisterComponents() does not look into it, so that the networks and parameters in it would be neither trained nor saved. Use a ModuleList.
    private readonly Dictionary<string, TorchSharp.Modules.Parameter> scales = new() { ["x"] = Parameter(zeros(2)) };
//                                                                    ^^^^^^ PPL0082: 'scales' is a Dictionary<string, Parameter>, and RegisterComponents() does not look into it, so that the networks and parameters in it would be neither trained nor saved. Use a ParameterDict.

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(nets[1].call(nets[0].call(z)), scales["x"].exp()));
    }
}
