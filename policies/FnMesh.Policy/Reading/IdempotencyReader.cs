using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads idempotency.</summary>
internal static class IdempotencyReader
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static IdempotencyFields Read(FieldReader spec)
    {
        if (spec.Map("idempotency") is not { } idempotency) return IdempotencyFields.None;
        var fields = new IdempotencyFields { KeepFor = idempotency.Duration("keepFor", Minute, Week), Required = idempotency.Flag("required") };
        idempotency.Close();
        if (idempotency.Entries.IsEmpty) idempotency.Error(DiagnosticCodes.InvalidValue, idempotency.Origin, "'idempotency' sets nothing; give it a field, such as 'keepFor: 24h', or leave it out");
        return fields;
    }
}
