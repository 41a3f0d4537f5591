using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads requestMirror.</summary>
internal static class MirrorReader
{
    /// <summary>Of a rule or a backend; each copies what the others copy.</summary>
    public const int Most = 4;

    /// <param name="mirror">The filter's own field.</param>
    /// <param name="mirrors">Gets what was read.</param>
    public static void Read(FieldReader mirror, List<MirrorReference> mirrors)
    {
        var backend = mirror.Map("backendRef", required: true) is { } item ? ReadBackend(item) : null;
        var percent = mirror.Whole("percent", 0, 100);
        var (numerator, denominator) = mirror.Map("fraction") is { } fraction ? ReadFraction(fraction) : (percent?.Value ?? 100, 100);
        mirror.Close();
        if (mirror.Has("percent") && mirror.Has("fraction"))
            mirror.Error(DiagnosticCodes.MirrorContradicts, mirror.Place("fraction"), "'percent' and 'fraction' both say how many calls are copied; keep one");
        if (backend is not { } known) return;
        mirrors.Add(new(known.Reference, numerator, denominator, known.Fault));
        if (mirrors.Count == Most + 1) mirror.Error(DiagnosticCodes.MirrorContradicts, mirror.Origin, $"there are more than {Most} mirrors; each copies every call once more");
    }

    private static (int Numerator, int Denominator) ReadFraction(FieldReader fraction)
    {
        var numerator = fraction.Whole("numerator", 0, int.MaxValue, required: true);
        var denominator = fraction.Whole("denominator", 1, int.MaxValue);
        fraction.Close();
        var (part, whole) = (numerator?.Value ?? 0, denominator?.Value ?? 100);
        if (part > whole) fraction.Error(DiagnosticCodes.MirrorContradicts, numerator!.Value.Origin, $"the numerator ({part}) must not be greater than the denominator ({whole})");
        return (part, whole);
    }

    private static (Reference Reference, string? Fault)? ReadBackend(FieldReader item)
    {
        item.Whole("port", 1, 65535);
        var backend = ReferenceReader.ReadRouteBackend(item);
        item.Close();
        return backend;
    }
}
