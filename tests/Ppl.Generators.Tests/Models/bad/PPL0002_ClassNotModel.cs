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

public partial class Example
//                   ^^^^^^^ PPL0002: 'Example' has a [Model] method, so it must derive from GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
    }
}
