var app = WebApplication.Create(args);

app.MapGet("/prices/{sku}", (string sku) => new { Sku = sku, Amount = 10.00m, Revision = app.Configuration["FNMESH_REVISION"] });

app.Run();
