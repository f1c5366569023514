using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Tells methods in which the C# compiler can find no error from those in which it might. The compiler says what is wrong with a method only after
/// binding all of it a second time; here the operations are looked at that reading binds anyway. Of the kinds that are known each error is ruled
/// out, so that the answer is sure; with anything else in it, the compiler has to be asked.
/// </summary>
internal sealed class SurelySound(MethodDeclarationSyntax syntax, IMethodSymbol method, SemanticModel semantics, CancellationToken cancellation)
{
    /// <summary>The parts of the method in which a name is taken.</summary>
    private readonly Dictionary<string, List<SyntaxNode>> names =
        method.Parameters.Select(p => p.Name).Distinct().ToDictionary(name => name, _ => new List<SyntaxNode> { syntax });

    /// <summary>Whether the compiler has nothing against the method's body.</summary>
    public static bool IsSound(MethodDeclarationSyntax syntax, IMethodSymbol method, SemanticModel semantics, CancellationToken cancellation) =>
        !syntax.ContainsDiagnostics && syntax.Body is { } body && method is { IsStatic: false, IsAsync: false, PartialDefinitionPart: null }
        && (method.ReturnsVoid || body.Statements.LastOrDefault() is ReturnStatementSyntax)
        && new SurelySound(syntax, method, semantics, cancellation).IsSound(body);

    private bool IsSound(BlockSyntax body) => semantics.GetOperation(body, cancellation) is { } root
        && root.Descendants().All(IsSound) && SoundSyntax.IsSound(body) && body.DescendantNodes().OfType<SimpleNameSyntax>().All(IsBound);

    private bool IsSound(IOperation operation) => (IsOfSoundType(operation.Type) || IsListForCall(operation)) && operation switch
    {
        IConversionOperation conversion => IsSound(conversion),
        IArgumentOperation argument => argument.Parameter is { RefKind: RefKind.None },
        IVariableDeclaratorOperation declarator => IsSound(declarator),
        ILocalReferenceOperation local => !local.IsDeclaration && IsDeclaredAbove(local),
        IParameterReferenceOperation { Parameter: { RefKind: RefKind.None, ContainingSymbol: { } owner } } =>
            SymbolEqualityComparer.Default.Equals(owner, method),
        ISimpleAssignmentOperation { IsRef: false } assignment => IsVariable(assignment.Target),
        ICompoundAssignmentOperation { OperatorKind: not BinaryOperatorKind.None } compound =>
            IsVariable(compound.Target) && compound.InConversion.IsImplicit && compound.OutConversion.IsImplicit && IsUsable(compound.OperatorMethod),
        IIncrementOrDecrementOperation step => IsVariable(step.Target) && step.Type?.SpecialType == SpecialType.System_Int32,
        IBinaryOperation { OperatorKind: not BinaryOperatorKind.None } binary =>
            !MayOverflow(binary) && !ComparesReferences(binary) && IsUsable(binary.OperatorMethod),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } => true,
        IUnaryOperation { OperatorKind: not UnaryOperatorKind.None } unary => unary.ConstantValue.HasValue == unary.Operand.ConstantValue.HasValue
            && IsUsable(unary.OperatorMethod),
        IExpressionStatementOperation
        {
            Operation: IInvocationOperation or ISimpleAssignmentOperation or ICompoundAssignmentOperation
            or IIncrementOrDecrementOperation
        } => true,
        IReturnOperation { Kind: OperationKind.Return } result => result.ReturnedValue is null == method.ReturnsVoid,
        IInstanceReferenceOperation => operation.Syntax is not BaseExpressionSyntax,
        IMemberReferenceOperation or IInvocationOperation or IObjectCreationOperation => IsSoundUse(operation),
        IDefaultValueOperation => operation.IsImplicit,
        IConditionalOperation { IsRef: false } => true,
        IUsingDeclarationOperation scope => IsOfPlate(scope.DeclarationGroup),
        IUsingOperation { IsAsynchronous: false } scope => IsOfPlate(scope.Resources),
        IArrayCreationOperation array => array.DimensionSizes.All(size => size.ConstantValue is not { HasValue: true, Value: < 0 or < 0L }),
        IArrayElementReferenceOperation element =>
            element.ArrayReference.Type is IArrayTypeSymbol { Rank: var rank } && element.Indices.Length == rank,
        IBlockOperation or IEmptyOperation or IVariableDeclarationGroupOperation or IVariableDeclarationOperation or IVariableInitializerOperation
            or IArrayInitializerOperation or ICollectionExpressionOperation or IForLoopOperation
            or ILiteralOperation or IRangeOperation or ITupleOperation => true,
        _ => false,
    };

    private static bool IsOfSoundType(ITypeSymbol? type) => type switch
    {
        { TypeKind: TypeKind.Error or TypeKind.Dynamic or TypeKind.Pointer or TypeKind.FunctionPointer } or { IsRefLikeType: true } => false,
        IArrayTypeSymbol { ElementType: var element } => CanBePart(element),
        INamedTypeSymbol named => named.TypeArguments.All(CanBePart),
        _ => true,
    };

    /// <summary>Whether arrays and generic types may be of a type.</summary>
    private static bool CanBePart(ITypeSymbol type) => type is { IsStatic: false, SpecialType: not SpecialType.System_Void } && IsOfSoundType(type);

    /// <summary>A span of what is listed in a call lives as long as the call.</summary>
    private static bool IsListForCall(IOperation operation) =>
        operation is { Syntax: CollectionExpressionSyntax { Parent: ArgumentSyntax }, Type: { Name: "ReadOnlySpan", TypeKind: TypeKind.Struct } };

    private static bool IsSound(IConversionOperation operation)
    {
        var conversion = operation.GetConversion();
        return conversion.Exists && (conversion.IsImplicit || (!operation.IsImplicit && !operation.Operand.ConstantValue.HasValue))
            && IsUsable(operation.OperatorMethod);
    }

    private static bool IsSoundUse(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { MethodKind: MethodKind.Ordinary or MethodKind.DelegateInvoke } called } call =>
            called.IsStatic == call.Instance is null && IsOfOneType(called) && !called.TypeParameters.Any(IsConstrained),
        IPropertyReferenceOperation { Property: { RefKind: RefKind.None, GetMethod: { } getter } property } reference =>
            property.IsStatic == reference.Instance is null && IsOfOneType(property)
            && getter.DeclaredAccessibility == property.DeclaredAccessibility && IsUsable(property) && IsUsable(getter),
        IFieldReferenceOperation { Field: { RefKind: RefKind.None, IsFixedSizeBuffer: false } field } reference =>
            (field.IsStatic || field.IsConst) == reference.Instance is null,
        IObjectCreationOperation { Initializer: null, Constructor: { ContainingType: { IsAbstract: false, IsGenericType: false } type } made } =>
            IsUsable(made) && !HasRequired(type),
        _ => false,
    };

    /// <summary>A static member that each type has of its own is of no use in the interface that asks for it.</summary>
    private static bool IsOfOneType(ISymbol member) => !member.IsStatic || member is { IsAbstract: false, IsVirtual: false };

    /// <summary>A local that has a value from its beginning, under a name that nothing else has there.</summary>
    private bool IsSound(IVariableDeclaratorOperation declarator) => IsNew(declarator)
        && declarator.Symbol is { RefKind: RefKind.None, Type: { TypeKind: not TypeKind.Error, IsStatic: false } } local
        && local.IsConst == local.HasConstantValue
        && (declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer) is not null;

    /// <summary>Whether no other local of the name is declared around a local, or in the part of the method that it is declared in.</summary>
    private bool IsNew(IVariableDeclaratorOperation declarator)
    {
        var part = declarator.Syntax.Ancestors().First(
            a => a is BlockSyntax or ForStatementSyntax or UsingStatementSyntax or MethodDeclarationSyntax);
        if (!names.TryGetValue(declarator.Symbol.Name, out var taken)) names[declarator.Symbol.Name] = taken = [];
        var isNew = !taken.Exists(other => other.Span.OverlapsWith(part.Span));
        taken.Add(part);
        return isNew;
    }

    private static bool IsDeclaredAbove(ILocalReferenceOperation local) =>
        local.Local.DeclaringSyntaxReferences is [var declared] && declared.Span.End <= local.Syntax.SpanStart;

    /// <summary>What may be given a value: elements of arrays, and locals that nothing else gives theirs.</summary>
    private static bool IsVariable(IOperation target) => target is IArrayElementReferenceOperation
        or ILocalReferenceOperation { Local: { IsConst: false, IsFixed: false, IsForEach: false, IsUsing: false, RefKind: RefKind.None } };

    /// <summary>Constants are computed by the compiler, and one may be divided by that is 0.</summary>
    private static bool MayOverflow(IBinaryOperation binary) => binary.RightOperand.ConstantValue is { HasValue: true, Value: var right }
        && (binary.LeftOperand.ConstantValue.HasValue
            || (binary.OperatorKind is BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder && right is not (int and not 0 or float or double)));

    /// <summary>References are compared where one type may be the other.</summary>
    private static bool ComparesReferences(IBinaryOperation binary) =>
        binary.OperatorMethod is null && binary.LeftOperand.Type is { IsReferenceType: true, SpecialType: not SpecialType.System_String };

    private static bool IsOfPlate(IOperation resources) => resources is IVariableDeclarationGroupOperation group
        && group.Declarations.SelectMany(d => d.Declarators).All(d => d.Symbol.Type is { Name: "PlateScope", TypeKind: TypeKind.Class });

    private static bool HasRequired(INamedTypeSymbol type)
    {
        for (var level = type; level is not null; level = level.BaseType)
            if (level.GetMembers().Any(m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })) return true;
        return false;
    }

    private static bool IsConstrained(ITypeParameterSymbol parameter) => parameter.HasConstructorConstraint || parameter.HasNotNullConstraint
        || parameter.HasReferenceTypeConstraint || parameter.HasUnmanagedTypeConstraint || parameter.HasValueTypeConstraint
        || !parameter.ConstraintTypes.IsEmpty;

    /// <summary>Whether a name means one thing, which may be used here.</summary>
    private bool IsBound(SimpleNameSyntax name)
    {
        if (name.Parent is NameColonSyntax or NameEqualsSyntax || name.IsVar) return true;
        var access = name.Parent as MemberAccessExpressionSyntax;
        var place = access?.Name == name ? (ExpressionSyntax)access : name;

        // A call says which of all the methods of a name it is of.
        var isCalled = place.Parent is InvocationExpressionSyntax call && call.Expression == place;
        var found = semantics.GetSymbolInfo(isCalled ? place.Parent! : name, cancellation);
        if (found is not { Symbol: { } symbol, CandidateReason: CandidateReason.None } || !IsUsable(symbol)) return false;
        if (symbol is ITypeSymbol)
        {
            return symbol is INamedTypeSymbol type && !type.TypeParameters.Any(IsConstrained) && type.TypeArguments.All(CanBePart)
                && type.TypeKind is TypeKind.Class or TypeKind.Struct or TypeKind.Enum or TypeKind.Interface or TypeKind.Delegate;
        }

        // A static member is called on its type, and not on a value.
        return access is null || place == name || !symbol.IsStatic || symbol is IMethodSymbol { MethodKind: MethodKind.DelegateInvoke }
            || semantics.GetSymbolInfo(access.Expression, cancellation).Symbol is INamespaceOrTypeSymbol;
    }

    /// <summary>Some attributes make an error of each use.</summary>
    private static bool IsUsable(ISymbol? symbol)
    {
        for (var part = symbol; part is not null and not INamespaceSymbol; part = part.ContainingSymbol)
            if (part.GetAttributes().Any(a => a.AttributeClass?.Name is "ObsoleteAttribute" or "ExperimentalAttribute" or "DeprecatedAttribute"
                or "RequiresPreviewFeaturesAttribute" or "CompilerFeatureRequiredAttribute"))
                return false;
        return true;
    }
}
