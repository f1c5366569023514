using System;
using System.Collections.Generic;
using System.Linq;
using Ppl;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Deterministic statements of every carried kind; names that emitted locals would like to have; a keyword as a name.</summary>
public static partial class Outer
{
    public partial class Locals<T> : GenerativeModel
        where T : struct
    {
        private readonly Module<Tensor, Tensor> first = Linear(2, 4), second = Linear(2, 4), last = Linear(4, 6);
        private readonly bool deep = true;

        public Locals() => RegisterComponents();

        [Model]
        private void Generate(Tensor @event, Tensor rows)
        {
            const int layers = 3;
            var terms = 2;
            using var data = Plate(@event, rows);
            var draw = Sample(Normal(0, 1).Expand(terms));
            var other = Sample(
                Normal(
                    0, // a comment inside
                    1).Expand(2));

            // Only other reaches this: swapped by a deconstruction.
            var (guide, form) = (first.call(draw), second.call(other));
            (guide, form) = (form, guide);
            Tensor hidden;
            if (deep)
            {
                hidden = guide.relu();
            }
            else
            {
                hidden = guide;
            }

            var parts = new List<Tensor>();
            for (var i = 0; i < layers; i++) parts.Add(hidden * i);
            Func<Tensor, Tensor> squash = t => t.tanh() + parts[0];
            hidden = squash(hidden);
            switch (terms)
            {
                case 1:
                    hidden = hidden * 2;
                    break;
                default:
                    hidden += rows.sum(-1, keepdim: true);
                    break;
            }

            static Tensor Twice(Tensor t) => t * 2;
            var text = $@"two
lines {terms}";
            if (text.Length == 0) throw new InvalidOperationException("never");
            var given = Sample(Normal(Twice(hidden), 1));
            Observe(@event, Independent(Normal(last.call(given + form), Enumerable.Range(1, 1).Sum()), 1));
        }
    }
}
