namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        public static partial class functional
        {
            /// <summary>All partial derivatives; the output's dimensions come first, then the input's.</summary>
            public static Tensor jacobian(Func<Tensor, Tensor> function, Tensor inputs) => Jacobians(x => [function(x[0])], [inputs])[0][0];

            /// <summary>One Jacobian for each output.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor, Tensor[]> function, Tensor inputs) =>
                Jacobians(x => function(x[0]), [inputs]).Select(j => j[0]).ToList();

            /// <summary>One Jacobian for each input.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor> function, params Tensor[] inputs) =>
                Jacobians(x => [function(x)], inputs)[0];

            /// <summary>The Jacobians of the first output for all inputs, then of the second, and so on.</summary>
            public static IEnumerable<Tensor> jacobian(Func<Tensor[], Tensor[]> function, params Tensor[] inputs) =>
                Jacobians(function, inputs).SelectMany(j => j).ToList();

            private static List<Tensor[]> Jacobians(Func<Tensor[], Tensor[]> function, Tensor[] inputs)
            {
                using var scope = NewDisposeScope();
                var points = Array.ConvertAll(inputs, x => x.detach().clone().requires_grad_());
                var outputs = function(points);
                var result = outputs.Select(output => OfOne(output, points)).ToList();
                foreach (var jacobian in result.SelectMany(j => j)) jacobian.MoveToOuterDisposeScope();
                return result;
            }

            private static Tensor[] OfOne(Tensor output, Tensor[] points)
            {
                var rows = points.Select(_ => new List<Tensor>()).ToArray();
                foreach (var element in output.reshape(-1).unbind())
                {
                    var grads = grad([element], points, retain_graph: true, allow_unused: true);
                    for (var i = 0; i < points.Length; i++) rows[i].Add(grads[i] ?? zeros_like(points[i]));
                }
                return points.Select((x, i) => stack(rows[i]).reshape([.. output.shape, .. x.shape])).ToArray();
            }
        }
    }
}
