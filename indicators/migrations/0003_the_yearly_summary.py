import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0002_the_whole_sheet'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='reading_days',
            field=models.PositiveSmallIntegerField(default=15, help_text='Avant la publication de la synthèse\u202f: le temps de corriger, ou de garder sa page hors de l’édition publique.', validators=[django.core.validators.MaxValueValidator(90)], verbose_name='jours laissés à chaque structure pour relire sa page'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='territory',
            field=models.CharField(choices=[('quartier', 'Un quartier'), ('commune', 'Une commune'), ('agglomeration', 'L’agglomération'), ('departement', 'Le département')], default='agglomeration', help_text='La synthèse additionne ce qui s’y trouve, sur l’année civile\u202f; le reste y est compté à part.', max_length=15, verbose_name='territoire des totaux'),
        ),
        migrations.AddField(
            model_name='campaign',
            name='threshold',
            field=models.PositiveSmallIntegerField(default=11, help_text='En dessous, une part est réunie à ses voisines. Zéro se montre.', validators=[django.core.validators.MinValueValidator(3)], verbose_name='plus petit nombre montré dans une répartition'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='is_key',
            field=models.BooleanField(default=False, help_text='En tête de la synthèse\u202f; les cinq premiers font la note d’une page.', verbose_name='chiffre clé'),
        ),
        migrations.CreateModel(
            name='Annex',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='soumise le')),
                ('until', models.DateField(verbose_name='à relire jusqu’au')),
                ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='courriel parti le')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='ce qui s’est passé')),
                ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='trouvée juste le')),
                ('kept_out_at', models.DateTimeField(blank=True, null=True, verbose_name='gardée hors de l’édition publique le')),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('kept_out_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('sheet', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='annex', to='indicators.sheet', verbose_name='fiche')),
            ],
            options={
                'verbose_name': 'page d’une structure dans la synthèse',
                'verbose_name_plural': 'pages des structures dans la synthèse',
                'ordering': ['sheet__structure__name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='édition')),
                ('audience', models.CharField(choices=[('public', 'édition publique'), ('network', 'édition du réseau')], max_length=10, verbose_name='pour')),
                ('snapshot', models.TextField(help_text='JSON\u202f: chiffres, mots et définitions, tels que publiés.', verbose_name='instantané')),
                ('digest', models.CharField(help_text='SHA-256 de l’instantané.', max_length=64, verbose_name='empreinte')),
                ('workings', models.JSONField(default=dict, verbose_name='ce que les éditions suivantes ont à savoir')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='publiée le')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='indicators.campaign', verbose_name='campagne')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
            ],
            options={
                'verbose_name': 'édition de la synthèse',
                'verbose_name_plural': 'éditions de la synthèse',
                'ordering': ['-campaign__year', '-number', '-audience'],
            },
        ),
        migrations.CreateModel(
            name='EditionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('xlsx', 'Classeur'), ('csv', 'CSV'), ('docx', 'Texte et graphiques à reprendre')], max_length=5, verbose_name='format')),
                ('content', models.BinaryField(verbose_name='contenu')),
                ('digest', models.CharField(max_length=64, verbose_name='empreinte')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='indicators.edition', verbose_name='édition')),
            ],
            options={
                'verbose_name': 'fichier d’une édition',
                'verbose_name_plural': 'fichiers d’une édition',
                'ordering': ['format'],
            },
        ),
        migrations.CreateModel(
            name='Highlight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='extrait')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                ('is_agreed', models.BooleanField(default=False, verbose_name='d’accord')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('sheet', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='highlight', to='indicators.sheet', verbose_name='fiche')),
            ],
            options={
                'verbose_name': 'fait marquant choisi',
                'verbose_name_plural': 'faits marquants choisis',
                'ordering': ['sheet__structure__name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ProblemState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('theme', models.CharField(choices=[('logement', 'Se loger, rester logé'), ('alimentation', 'Manger'), ('sante', 'Se soigner'), ('droits', 'Faire valoir ses droits'), ('ressources', 'Vivre avec peu'), ('emploi', 'Travailler, se former'), ('langue', 'Parler, lire et écrire le français'), ('famille', 'Famille et enfants'), ('isolement', 'Isolement'), ('mobilite', 'Se déplacer'), ('numerique', 'Démarches en ligne'), ('accueil', 'Trouver une place, être accueilli')], max_length=20, verbose_name='thème')),
                ('state', models.CharField(choices=[('seen', 'constatée, pas encore de réponse'), ('studied', 'étudiée avec le réseau'), ('answered', 'une réponse est en place')], default='seen', max_length=10, verbose_name='où elle en est')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='en une phrase')),
                ('saved_at', models.DateTimeField(auto_now=True, verbose_name='enregistré le')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='problem_states', to='indicators.campaign', verbose_name='campagne')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
            ],
            options={
                'verbose_name': 'état d’une difficulté',
                'verbose_name_plural': 'états des difficultés',
                'ordering': ['theme'],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='SHA-256 des deux instantanés.', max_length=64, verbose_name='empreinte')),
                ('public', models.TextField(verbose_name='instantané public')),
                ('network', models.TextField(verbose_name='instantané du réseau')),
                ('workings', models.JSONField(default=dict, verbose_name='ce que les éditions suivantes ont à savoir')),
                ('state', models.CharField(choices=[('waiting', 'en attente'), ('rendering', 'en cours'), ('ready', 'prête'), ('failed', 'interrompue')], default='waiting', max_length=10, verbose_name='état')),
                ('step', models.PositiveSmallIntegerField(default=0, verbose_name='étape')),
                ('requested_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandée le')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='commencée le')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée le')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='ce qui s’est passé')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='indicators.campaign', verbose_name='campagne')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
            ],
            options={
                'verbose_name': 'épreuve de la synthèse',
                'verbose_name_plural': 'épreuves de la synthèse',
                'ordering': ['-requested_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ProofFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('public', 'édition publique'), ('network', 'édition du réseau')], max_length=10, verbose_name='édition')),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('xlsx', 'Classeur'), ('csv', 'CSV'), ('docx', 'Texte et graphiques à reprendre')], max_length=5, verbose_name='format')),
                ('content', models.BinaryField(verbose_name='contenu')),
                ('proof', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='indicators.proof', verbose_name='épreuve')),
            ],
            options={
                'verbose_name': 'fichier d’une épreuve',
                'verbose_name_plural': 'fichiers d’une épreuve',
                'ordering': ['audience', 'format'],
            },
        ),
        migrations.CreateModel(
            name='SummaryText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(choices=[('foreword', 'Avant-propos'), ('correction', 'Ce que cette édition corrige'), ('key', 'Commentaire des chiffres clés'), ('activity', 'Commentaire\u202f: L’activité de l’année'), ('publics', 'Commentaire\u202f: Les personnes accueillies'), ('services', 'Commentaire\u202f: Les services rendus'), ('running', 'Commentaire\u202f: La vie de la structure'), ('problems', 'Commentaire des difficultés')], max_length=20, verbose_name='place')),
                ('text', models.TextField(max_length=4000, verbose_name='texte')),
                ('name', models.CharField(max_length=150, verbose_name='nom')),
                ('function', models.CharField(max_length=150, verbose_name='fonction')),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(auto_now=True, verbose_name='enregistré le')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='indicators.campaign', verbose_name='campagne')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
            ],
            options={
                'verbose_name': 'texte de la synthèse',
                'verbose_name_plural': 'textes de la synthèse',
                'ordering': ['place'],
            },
        ),
        migrations.DeleteModel(
            name='Rendering',
        ),
        migrations.AddConstraint(
            model_name='annex',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False)), _connector='OR'), name='annex_agreed_pair'),
        ),
        migrations.AddConstraint(
            model_name='annex',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kept_out_at', None), ('kept_out_by', None)), models.Q(('kept_out_at__isnull', False), ('kept_out_by__isnull', False)), _connector='OR'), name='annex_kept_out_pair'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('campaign', 'number', 'audience'), name='edition_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='edition_numbered_from_one'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['public', 'network'])), name='edition_for_an_audience'),
        ),
        migrations.AddConstraint(
            model_name='editionfile',
            constraint=models.UniqueConstraint(fields=('edition', 'format'), name='edition_file_once_of_each_format'),
        ),
        migrations.AddConstraint(
            model_name='highlight',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='highlight_answered_pair'),
        ),
        migrations.AddConstraint(
            model_name='highlight',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_agreed', True), _negated=True), ('answered_at__isnull', False), _connector='OR'), name='highlight_agreed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='highlight',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='highlight_says_something'),
        ),
        migrations.AddConstraint(
            model_name='problemstate',
            constraint=models.UniqueConstraint(fields=('campaign', 'theme'), name='problem_state_once_per_theme'),
        ),
        migrations.AddConstraint(
            model_name='proof',
            constraint=models.UniqueConstraint(fields=('campaign', 'digest'), name='proof_once_per_snapshot'),
        ),
        migrations.AddConstraint(
            model_name='proof',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='proof_ready_has_its_date'),
        ),
        migrations.AddConstraint(
            model_name='proof',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rendering'), _negated=True), ('started_at__isnull', False), _connector='OR'), name='proof_begun_has_its_date'),
        ),
        migrations.AddConstraint(
            model_name='prooffile',
            constraint=models.UniqueConstraint(fields=('proof', 'audience', 'format'), name='proof_file_once_of_each_format'),
        ),
        migrations.AddConstraint(
            model_name='summarytext',
            constraint=models.UniqueConstraint(fields=('campaign', 'place'), name='summary_text_once_per_place'),
        ),
        migrations.AddConstraint(
            model_name='summarytext',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('function', ''), _negated=True)), name='summary_text_is_signed'),
        ),
    ]
