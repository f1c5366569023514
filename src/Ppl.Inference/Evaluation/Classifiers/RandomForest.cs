using Ppl.Common;

namespace Ppl.Inference;

/// <summary>
/// Classification trees, each of a bootstrap sample, that look at √D columns, rounded up, at each split. Source: Breiman 2001, Machine Learning 45.
/// </summary>
internal sealed class RandomForest
{
    // Cuts lie between so many quantiles of a column: a column of fewer values has one cell for each.
    private const int Cells = 64;
    private const int LeastRows = 2;

    private readonly List<Node[]> trees = [];
    private readonly double[][] cuts;
    private readonly int classes;

    private RandomForest(double[][] cuts, int classes, double[] importance) => (this.cuts, this.classes, Importance) = (cuts, classes, importance);

    /// <summary>The decrease of Gini's impurity by the splits at each column, weighed by their rows; in all 1, or all 0 without a split.</summary>
    public double[] Importance { get; }

    /// <summary>Grows the trees.</summary>
    /// <param name="x">The columns, row by row.</param>
    /// <param name="y">A class for each row, from 0.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="trees">How many trees.</param>
    /// <param name="random">The stream.</param>
    public static RandomForest Fit(double[][] x, int[] y, int classes, int trees, CounterRandom random)
    {
        var cuts = Array.ConvertAll(x, Cuts);
        byte[][] cells = [.. x.Zip(cuts, (column, cut) => Array.ConvertAll(column, v => Cell(cut, v)))];
        var forest = new RandomForest(cuts, classes, new double[x.Length]);
        for (var t = 0; t < trees; t++)
        {
            var sample = new int[y.Length];
            for (var i = 0; i < sample.Length; i++) sample[i] = random.NextInt(y.Length);
            var growth = new Growth(cells, y, classes, random);
            forest.trees.Add(growth.Grow(sample));
            random = growth.Random;
            var sum = growth.Importance.Sum();
            for (var d = 0; d < x.Length && sum > 0; d++) forest.Importance[d] += growth.Importance[d] / sum;
        }

        var total = forest.Importance.Sum();
        for (var d = 0; d < x.Length && total > 0; d++) forest.Importance[d] /= total;
        return forest;
    }

    /// <summary>The part of the rows whose class the trees' mean frequencies find.</summary>
    /// <param name="x">The columns, row by row.</param>
    /// <param name="y">A class for each row.</param>
    public double Accuracy(double[][] x, int[] y)
    {
        var right = 0;
        var votes = new double[classes];
        for (var row = 0; row < y.Length; row++)
        {
            Array.Clear(votes);
            foreach (var tree in trees)
            {
                var node = tree[0];
                while (node.Column >= 0) node = tree[Cell(cuts[node.Column], x[node.Column][row]) <= node.Cell ? node.Left : node.Right];
                for (var c = 0; c < classes; c++) votes[c] += node.Frequencies![c];
            }

            if (Array.IndexOf(votes, votes.Max()) == y[row]) right++;
        }

        return (double)right / y.Length;
    }

    /// <summary>The bounds between cells, ascending: halfway between neighbouring values.</summary>
    private static double[] Cuts(double[] column)
    {
        var sorted = column.Order().ToArray();
        var distinct = sorted.Distinct().ToArray();
        var quantiles = Enumerable.Range(0, Cells).Select(i => sorted[i * (sorted.Length - 1L) / (Cells - 1)]).Distinct();
        var chosen = distinct.Length <= Cells ? distinct : [.. quantiles];
        return [.. chosen.Zip(chosen.Skip(1), (low, high) => low + (0.5 * (high - low)))];
    }

    private static byte Cell(double[] cuts, double value)
    {
        var place = Array.BinarySearch(cuts, value);
        return (byte)(place < 0 ? ~place : place);
    }

    /// <summary>A split at a cell, its rows to the left; or a leaf, without a column.</summary>
    private readonly record struct Node(int Column, int Cell, int Left, int Right, double[]? Frequencies);

    /// <summary>One tree as it grows.</summary>
    private sealed class Growth(byte[][] cells, int[] y, int classes, CounterRandom random)
    {
        private readonly List<Node> nodes = [];
        private CounterRandom random = random;

        public double[] Importance { get; } = new double[cells.Length];

        public CounterRandom Random => random;

        public Node[] Grow(int[] rows)
        {
            var waiting = new Stack<(int Node, int[] Rows)>();
            nodes.Add(default);
            waiting.Push((0, rows));
            while (waiting.TryPop(out var next))
            {
                var counts = new double[classes];
                foreach (var row in next.Rows) counts[y[row]]++;
                var impurity = Impurity(counts, next.Rows.Length);
                if (next.Rows.Length < LeastRows || impurity <= 0 || Best(next.Rows, counts, impurity) is not { } split)
                {
                    nodes[next.Node] = new(-1, 0, 0, 0, Array.ConvertAll(counts, c => c / next.Rows.Length));
                    continue;
                }

                Importance[split.Column] += split.Decrease;
                nodes[next.Node] = new(split.Column, split.Cell, nodes.Count, nodes.Count + 1, null);
                waiting.Push((nodes.Count, Array.FindAll(next.Rows, row => cells[split.Column][row] <= split.Cell)));
                waiting.Push((nodes.Count + 1, Array.FindAll(next.Rows, row => cells[split.Column][row] > split.Cell)));
                nodes.Add(default);
                nodes.Add(default);
            }

            return [.. nodes];
        }

        /// <summary>The split of the largest decrease among some columns; further ones are looked at where those have none.</summary>
        private (int Column, int Cell, double Decrease)? Best(int[] rows, double[] counts, double impurity)
        {
            var order = Enumerable.Range(0, cells.Length).ToArray();
            var enough = (int)Math.Ceiling(Math.Sqrt(cells.Length));
            (int Column, int Cell, double Decrease)? best = null;
            for (var i = 0; i < order.Length && (i < enough || best is null); i++)
            {
                var j = i + random.NextInt(order.Length - i);
                (order[i], order[j]) = (order[j], order[i]);
                if (BestOf(order[i], rows, counts, impurity) is { } found && (best is null || found.Decrease > best.Value.Decrease)) best = found;
            }

            return best;
        }

        private (int Column, int Cell, double Decrease)? BestOf(int column, int[] rows, double[] counts, double impurity)
        {
            var table = new double[Cells * classes];
            foreach (var row in rows) table[(cells[column][row] * classes) + y[row]]++;
            var (left, right, leftRows) = (new double[classes], (double[])counts.Clone(), 0.0);
            (int Column, int Cell, double Decrease)? best = null;
            for (var cell = 0; cell < Cells - 1; cell++)
            {
                double inCell = 0;
                for (var c = 0; c < classes; c++)
                {
                    var count = table[(cell * classes) + c];
                    (left[c], right[c], inCell) = (left[c] + count, right[c] - count, inCell + count);
                }

                leftRows += inCell;
                if (inCell == 0 || leftRows == rows.Length) continue;
                var decrease = impurity - Impurity(left, leftRows) - Impurity(right, rows.Length - leftRows);
                if (decrease > 1e-12 && (best is null || decrease > best.Value.Decrease)) best = (column, cell, decrease);
            }

            return best;
        }

        /// <summary>Gini's impurity times the rows.</summary>
        private static double Impurity(double[] counts, double rows) => rows - (counts.Sum(count => count * count) / rows);
    }
}
