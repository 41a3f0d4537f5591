namespace FnMesh.Policy;

/// <summary>Every code that a diagnostic may have; docs/errors.md explains each.</summary>
internal static class DiagnosticCodes
{
    // The text cannot be read.
    public const string InvalidYaml = "FNM1001";
    public const string InvalidText = "FNM1002";
    public const string TooLarge = "FNM1003";
    public const string Alias = "FNM1004";
    public const string Tag = "FNM1005";
    public const string DuplicateKey = "FNM1006";
    public const string KeyNotString = "FNM1007";
    public const string TooManyDiagnostics = "FNM1008";

    // The shape is wrong.
    public const string ApiVersion = "FNM1101";
    public const string UnknownKind = "FNM1102";
    public const string UnknownField = "FNM1103";
    public const string MissingField = "FNM1104";
    public const string WrongType = "FNM1105";
    public const string InvalidValue = "FNM1106";
    public const string InvalidName = "FNM1107";
    public const string InvalidDuration = "FNM1108";
    public const string UnknownValue = "FNM1109";
    public const string ExclusiveFields = "FNM1110";
    public const string OutOfRange = "FNM1111";

    // The parts do not fit together.
    public const string DuplicateName = "FNM1201";
    public const string ReservedName = "FNM1202";
    public const string UnknownReference = "FNM1203";
    public const string InvalidReference = "FNM1204";
    public const string ConflictingPolicies = "FNM1205";
    public const string TrafficNotWhole = "FNM1206";
    public const string WeightsAllZero = "FNM1207";
    public const string TimeoutsContradict = "FNM1208";
    public const string InvalidSink = "FNM1209";
    public const string SecondMesh = "FNM1210";
    public const string FiltersExclude = "FNM1211";
    public const string KeptHeader = "FNM1212";
    public const string InvalidPattern = "FNM1213";
    public const string CorsContradicts = "FNM1214";
    public const string TargetElsewhere = "FNM1215";
    public const string ReferenceNotPermitted = "FNM1216";
    public const string DelegationContradicts = "FNM1217";
    public const string HealthCheckTarget = "FNM1220";
    public const string SessionContradicts = "FNM1221";
    public const string LimitsContradict = "FNM1224";
    public const string MirrorContradicts = "FNM1226";
    public const string IdempotencyTarget = "FNM1227";
    public const string ListenersConflict = "FNM1240";
    public const string ListenerTls = "FNM1241";
    public const string RouteNotAccepted = "FNM1242";
    public const string FaultTarget = "FNM1250";
    public const string BrokerTarget = "FNM1251";
    public const string BodyTarget = "FNM1252";
    public const string BrokerCannot = "FNM1253";
    public const string InvalidExpression = "FNM1260";
    public const string InvalidDataFilter = "FNM1261";

    // The contract names it, and it does not act yet.
    public const string FieldNotSupportedYet = "FNM1302";
    public const string ValueNotSupportedYet = "FNM1303";

    // It acts, but probably not as meant.
    public const string RuleWithoutBackends = "FNM1401";
    public const string FieldWithoutEffect = "FNM1402";
    public const string UnknownPrincipal = "FNM1403";
    public const string MatchTaken = "FNM1404";
    public const string InvalidBackend = "FNM1405";
    public const string BackendNotPermitted = "FNM1407";
    public const string GrantWithoutEffect = "FNM1408";
    public const string NothingDelegated = "FNM1409";
    public const string FailoverToItself = "FNM1410";
    public const string LimitWithoutEffect = "FNM1411";
    public const string BoundOfPartition = "FNM1413";
    public const string DoubtfulExpression = "FNM1460";
}
