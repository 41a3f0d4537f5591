using FnMesh.Policy.Cesql.Nodes;

namespace FnMesh.Policy.Cesql;

/// <summary>
/// An expression in CloudEvents SQL 1.0, compiled once and evaluated by any number of threads. It sees what a look-up shows it: the attributes of
/// an event, or of anything else. Time and stack are bounded by the size of the expression and by <see cref="MaxCharacters"/>.
/// </summary>
public sealed class CesqlExpression
{
    /// <summary>Characters that one evaluation may compare, copy and match; beyond it there is an error of the kind <see cref="CesqlErrors.Generic"/>.</summary>
    public const int MaxCharacters = 1 << 20;

    private readonly CesqlNode? _root;

    private CesqlExpression(CesqlNode? root) => _root = root;

    /// <summary>Why a text is no expression, with the place; null when it is one.</summary>
    public static string? Fault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        CesqlParser.Parse(text, out var fault);
        return fault?.In(text);
    }

    /// <summary>A text that is no expression becomes one that is always false, with an error of the kind <see cref="CesqlErrors.Parse"/>.</summary>
    public static CesqlExpression Compile(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(CesqlParser.Parse(text, out _) is { } syntax ? CesqlCompiler.Compile(syntax) : null);
    }

    /// <summary>Evaluates up to the first error.</summary>
    /// <param name="source">What is handed to the look-up.</param>
    /// <param name="lookup">Finds attributes; it must not throw.</param>
    public CesqlOutcome Evaluate(object source, CesqlLookup lookup)
    {
        if (_root is null) return new(CesqlValue.Of(false), CesqlErrors.Parse);
        var run = new CesqlRun(source, lookup);
        var value = _root.Evaluate(ref run);
        return new(value.IsMissing ? CesqlValue.Of(false) : value, run.Errors);
    }
}
