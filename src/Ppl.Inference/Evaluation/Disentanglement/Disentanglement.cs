using Ppl.Common;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Scores of codes against the true factors of the data that they are codes of.</summary>
/// <remarks>
/// Codes are [N, D] numbers, such as <see cref="Evaluate.Codes"/>, and factors [N, F] integers; N rows of both are the same data. None of the
/// scores changes where codes change places; where they are rescaled only the beta-VAE score and SAP for categories do.
/// </remarks>
public static class Disentanglement
{
    /// <summary>The beta-VAE score: a linear classifier tells from mean differences of pairs which factor each pair shares.</summary>
    /// <remarks>
    /// A point is (1/L) Σ_l |z_l − z'_l| over L pairs of rows that share the value of factor k, drawn with the point; the classifier is logistic
    /// regression with the penalty ½‖w‖². Source: Higgins et al. 2017 (ICLR), section 3.
    /// </remarks>
    /// <param name="codes">[N, D].</param>
    /// <param name="factors">[N, F], integers: each has two values or more.</param>
    /// <param name="options">Seed, L, and how many points.</param>
    /// <exception cref="PplShapeException">They are no matrices of as many rows.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, factors are no integers, or one has the same value in all rows.</exception>
    public static FixedFactorScore BetaVae(Tensor codes, Tensor factors, DisentanglementOptions? options = null)
    {
        options = (options ?? new()).Checked();
        var table = FactorTable.Of(codes, factors);
        using var scope = NewDisposeScope();
        var points = new FixedFactorPoints(table);
        var (x, y) = Points(options.TrainingPoints, DisentanglementStream.Training);
        var classifier = LogisticRegression.Fit(x, y, table.Factors.Length, penalty: 1);
        var (testX, testY) = Points(options.TestPoints, DisentanglementStream.Test);
        return new(Accuracy(classifier, testX, testY), Accuracy(classifier, x, y));

        (Tensor X, Tensor Y) Points(int count, DisentanglementStream stream)
        {
            var (differences, fixedFactors) = points.Pairs(count, options.RowsPerPoint, Random(options, stream));
            return (tensor(differences, [count, table.Codes.Length], dtype: ScalarType.Float64), tensor(fixedFactors));
        }
    }

    /// <summary>The FactorVAE score: the code that varies least while a factor is fixed votes for that factor.</summary>
    /// <remarks>
    /// A point is argmin_d Var(z_d over L rows that share the value of factor k) / Var(z_d). The classifier says for each code the factor that it
    /// voted for most often. A code that is the same in all rows does not vote. Source: Kim and Mnih 2018, arXiv:1802.05983, section 4.
    /// </remarks>
    /// <param name="codes">[N, D].</param>
    /// <param name="factors">[N, F], integers: each has two values or more.</param>
    /// <param name="options">Seed, L, and how many points.</param>
    /// <exception cref="PplShapeException">They are no matrices of as many rows.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, factors are no integers, or one has the same value in all rows.</exception>
    public static FixedFactorScore FactorVae(Tensor codes, Tensor factors, DisentanglementOptions? options = null)
    {
        options = (options ?? new()).Checked();
        var table = FactorTable.Of(codes, factors);
        var variances = Array.ConvertAll(table.Codes, FixedFactorPoints.Variance);
        var points = new FixedFactorPoints(table);
        var training = points.Votes(variances, options.TrainingPoints, options.RowsPerPoint, Random(options, DisentanglementStream.Training));
        var counts = new int[table.Codes.Length, table.Factors.Length];
        foreach (var (code, factor) in training) counts[code, factor]++;
        var majority = Enumerable.Range(0, table.Codes.Length)
            .Select(code => Enumerable.Range(0, table.Factors.Length).MaxBy(factor => counts[code, factor])).ToArray();
        var test = points.Votes(variances, options.TestPoints, options.RowsPerPoint, Random(options, DisentanglementStream.Test));
        return new(Right(test), Right(training));

        double Right((int Code, int Factor)[] votes) => votes.Average(vote => majority[vote.Code] == vote.Factor ? 1.0 : 0);
    }

    /// <summary>The mutual information gap: I(z_d; v_k) of the code that knows most of a factor less that of the next, relative to H(v_k).</summary>
    /// <remarks>
    /// Codes are cut into cells of equal width between their least and their largest number, and the information is that of the frequencies.
    /// The paper has it of samples of q(z | x); by cells it is the definition of Locatello et al. 2019, arXiv:1811.12359.
    /// Source: Chen, Li, Grosse and Duvenaud 2018, arXiv:1802.04942, section 4.
    /// </remarks>
    /// <param name="codes">[N, D].</param>
    /// <param name="factors">[N, F], integers: each has two values or more.</param>
    /// <param name="options">How many cells.</param>
    /// <exception cref="PplShapeException">They are no matrices of as many rows.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, factors are no integers, or one has the same value in all rows.</exception>
    public static GapScore MutualInformationGap(Tensor codes, Tensor factors, DisentanglementOptions? options = null)
    {
        options = (options ?? new()).Checked();
        var table = FactorTable.Of(codes, factors);
        var cells = Array.ConvertAll(table.Codes, column => Cells(column, options.Bins));
        return new([.. table.Factors.Select((factor, k) =>
        {
            var values = table.Values[k];
            var entropy = Information(factor, values, factor, values);
            return Gap([.. cells.Select(code => Information(code, options.Bins, factor, values))]) / entropy;
        })]);
    }

    /// <summary>Disentanglement, completeness and informativeness, with importances of a random forest.</summary>
    /// <remarks>
    /// With R_dk the importance of code d for factor k: disentanglement Σ_d ρ_d (1 − H_F(R_d· / Σ R_d·)), ρ_d = Σ_k R_dk / Σ R; completeness the
    /// same over the columns with H_D; H to the base of the number of entries. For each factor a random forest of classification trees (Breiman
    /// 2001, Machine Learning 45) gives the importances, by the decrease of Gini's impurity, and the accuracy on other rows. A split looks at all
    /// codes, and the depth, 10 at most, is the least within a standard error of the best on rows that a tree did not learn from, as the paper
    /// chooses it by rows held out: deeper splits give importance to codes of noise. The paper has a
    /// lasso and random forests; scores by the gradient boosted trees of other programs are other numbers.
    /// Source: Eastwood and Williams 2018 (ICLR), A framework for the quantitative evaluation of disentangled representations.
    /// </remarks>
    /// <param name="codes">[N, D], two codes or more.</param>
    /// <param name="factors">[N, F], integers: two factors or more, each of two values or more.</param>
    /// <param name="options">Seed, trees, and the part of the rows that is measured on.</param>
    /// <exception cref="PplShapeException">They are no matrices of as many rows, or of one column.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, factors are no integers, or one has the same value in all rows.</exception>
    public static DciScore Dci(Tensor codes, Tensor factors, DisentanglementOptions? options = null)
    {
        options = (options ?? new()).Checked();
        var table = FactorTable.Of(codes, factors);
        if (table.Codes.Length < 2 || table.Factors.Length < 2)
        {
            throw new PplShapeException(
                $"DCI compares codes, and factors: it needs two of each; found {table.Codes.Length} codes and {table.Factors.Length} factors.");
        }

        var (training, test) = table.Split(options);
        var importance = new double[table.Codes.Length, table.Factors.Length];
        double accuracy = 0;
        for (var k = 0; k < table.Factors.Length; k++)
        {
            var random = new CounterRandom(CounterRandom.Key(options.Seed, (long)DisentanglementStream.Forest, k));
            var forest = RandomForest.Fit(training.Codes, training.Factors[k], table.Values[k], options.Trees, random);
            for (var d = 0; d < table.Codes.Length; d++) importance[d, k] = forest.Importance[d];
            accuracy += forest.Accuracy(test.Codes, test.Factors[k]) / table.Factors.Length;
        }

        double[][] rows = [.. Enumerable.Range(0, table.Codes.Length).Select(d =>
            Enumerable.Range(0, table.Factors.Length).Select(k => importance[d, k]).ToArray())];
        double[][] columns = [.. Enumerable.Range(0, table.Factors.Length).Select(k => rows.Select(row => row[k]).ToArray())];
        return new DciScore(Purity(rows), Purity(columns), accuracy, rows);
    }

    /// <summary>SAP, the separated attribute predictability: how far the best code for a factor is ahead of the next one as its predictor.</summary>
    /// <remarks>
    /// For categories the score of a code is the accuracy, on rows not learnt from, of a linear support vector machine that sees this code alone:
    /// squared hinge loss, C = 0.01, categories weighed by the inverse of their frequencies, one against all others. For numbers it is the squared
    /// correlation of code and factor, 0 of a code that does not vary.
    /// Source: Kumar, Sattigeri and Balakrishnan 2018, arXiv:1711.00848, section 3.
    /// </remarks>
    /// <param name="codes">[N, D].</param>
    /// <param name="factors">[N, F], integers: each has two values or more.</param>
    /// <param name="areNumbers">Whether the values of factors are numbers, and not names of categories.</param>
    /// <param name="options">Seed, and the part of the rows that is measured on.</param>
    /// <exception cref="PplShapeException">They are no matrices of as many rows.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, factors are no integers, or one has the same value in all rows.</exception>
    public static GapScore Sap(Tensor codes, Tensor factors, bool areNumbers = false, DisentanglementOptions? options = null)
    {
        options = (options ?? new()).Checked();
        var table = FactorTable.Of(codes, factors);
        if (areNumbers)
        {
            var numbers = Numbers.Of(factors.t()).Chunk(table.Rows);
            return new([.. numbers.Select(factor => Gap([.. table.Codes.Select(code => SquaredCorrelation(code, factor))]))]);
        }

        var (training, test) = table.Split(options);
        return new([.. training.Factors.Select((factor, k) => Gap([.. training.Codes.Select((code, d) =>
            LinearMachine.Fit(code, factor, table.Values[k]).Accuracy(test.Codes[d], test.Factors[k]))]))]);
    }

    private static CounterRandom Random(DisentanglementOptions options, DisentanglementStream stream) =>
        new(CounterRandom.Key(options.Seed, (long)stream));

    private static double Accuracy(LogisticRegression classifier, Tensor x, Tensor y) =>
        Numbers.Of(classifier.Predict(x).eq(y)).Average();

    /// <summary>The largest number less the next one; less 0 where there is one number.</summary>
    private static double Gap(double[] scores)
    {
        var sorted = scores.OrderDescending().ToArray();
        return sorted[0] - (sorted.Length > 1 ? sorted[1] : 0);
    }

    /// <summary>1 less the entropy of each list's shares, weighed by its part of everything; 0 where everything is 0.</summary>
    private static double Purity(double[][] lists)
    {
        var all = lists.Sum(list => list.Sum());
        return all <= 0 ? 0 : lists.Where(list => list.Sum() > 0).Sum(list =>
        {
            var sum = list.Sum();
            var entropy = -list.Where(x => x > 0).Sum(x => x / sum * Math.Log(x / sum)) / Math.Log(list.Length);
            return sum / all * (1 - entropy);
        });
    }

    private static int[] Cells(double[] column, int bins)
    {
        var (least, largest) = (column.Min(), column.Max());
        if (largest == least) return new int[column.Length];
        return Array.ConvertAll(column, x => Math.Clamp((int)((x - least) / (largest - least) * bins), 0, bins - 1));
    }

    /// <summary>Mutual information of two columns of frequencies, in nats.</summary>
    private static double Information(int[] first, int firstValues, int[] second, int secondValues)
    {
        var joint = new double[firstValues, secondValues];
        var (a, b) = (new double[firstValues], new double[secondValues]);
        var one = 1.0 / first.Length;
        for (var i = 0; i < first.Length; i++)
        {
            joint[first[i], second[i]] += one;
            a[first[i]] += one;
            b[second[i]] += one;
        }

        double sum = 0;
        for (var i = 0; i < firstValues; i++)
        {
            for (var j = 0; j < secondValues; j++)
                if (joint[i, j] > 0) sum += joint[i, j] * Math.Log(joint[i, j] / (a[i] * b[j]));
        }

        return sum;
    }

    private static double SquaredCorrelation(double[] x, double[] y)
    {
        if (FixedFactorPoints.Variance(x) == 0) return 0;
        var (meanX, meanY) = (x.Average(), y.Average());
        var covariance = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum();
        return covariance * covariance / (x.Sum(a => (a - meanX) * (a - meanX)) * y.Sum(b => (b - meanY) * (b - meanY)));
    }
}
