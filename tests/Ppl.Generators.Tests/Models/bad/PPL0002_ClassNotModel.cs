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
//                   ^^^^^^^ PPL0002: 'Example' has a [Model] method and does not derive from GenerativeModel, which has Sample, Observe, Plate and the families. Write 'partial class Example : GenerativeModel'.
{
    [Model]
    private void Generate(Tensor x)
    {
    }
}
