"""Usual first names and the gender they tell, to part « M. Kerlédan » from « Mme Kerlédan » among two Kerlédan.

Only names that French press gives to one gender; a name given to both (Dominique, Claude, Camille) is left out.
Without accents, in lower case. To add a name, add it to its line.
"""

from __future__ import annotations

_WOMEN = """
adele agathe agnes alice aline amelie anais angela anna anne annie antoinette ariane audrey aurelie aurore barbara
beatrice benedicte bernadette berthe brigitte carla carole caroline catherine cecile celine chantal charlotte chloe
christelle christiane christine claire clara clemence clementine colette coralie corinne cristina danielle daphne
deborah delphine diana diane dilma edith eleonore eliane elisa elisabeth elise elizabeth ella elodie emilie emma
estelle ester esther eva eve fabienne fanny fatima fatou fleur florence francoise frederique gabrielle genevieve
georgette geraldine ghislaine gisele hannah helene henriette hillary huguette ines ingrid irene isabelle ivanka
jacqueline jane janine jeanne jennifer jessica joelle josephine josette judith julia julie juliette justine karine
karla kate khadija laetitia laura laure laurence lea leila lena liliane lina linda lisa louise lucie lucienne lydia
lydie madeleine magali manon marcelle margaret margaux margot marguerite maria marianne marie marielle marine marion
marisol marlene marthe martine maryse mathilde melania melanie melissa michele michelle mireille monica monique myriam
nadia nadine najat nancy natacha nathalie nicole noemie odette odile olga olivia ophelie pascaline patricia paula
paulette pauline penelope rachel rachida raymonde rebecca regine reine renee rosa rose roselyne roxane ruth sabine
sabrina salome samira sandra sandrine sara sarah segolene severine simone sofia solange sonia sophie stephanie susan
suzanne sylvie teresa theresa therese ursula valentine valerie vanessa vera veronique victoria violette virginie
viviane yolande yvette yvonne zoe
"""

_MEN = """
abdallah abdel abdelaziz abdoulaye adam adrien ahmed alain alassane albert alejandro alexandre alexis alfred ali
alphonse andre anthony antoine antonio aristide armand arnaud arthur aurelien axel bachar baptiste barack bashar
bastien benjamin benoit bernard bertrand bill boris brice bruno carlos cedric charles christian christophe clement
cyril damien daniel david denis didier dimitri dmitri donald edgar edmond edouard elie emile emmanuel enrique eric
ernest etienne eugene fabien fabrice felix ferdinand fernand fidel florian francis franck francois frank frederic
gabriel gaetan gaspard gaston george georges gerald gerard gilbert gilles giovanni gregoire gregory guillaume gustave
guy hamid hassan hector henri henry herve hugo hugues hussein ibrahim idriss igor ismael ivan jack jacques jair jamel
james jean jerome jim joachim joe joel john jonathan jordan jorge jose joseph juan jules julien justin karim karl
kevin khalid khalifa kim kofi laurent leo leon lionel louis luc lucas lucien luigi luis malik manuel marc marcel
mariano mario mark martin mathias mathieu matteo matthieu maurice max maxime mehdi michael michel miguel mike mohamed
mohammed moncef moussa mustapha nathan nelson nicolas nikos noel norbert olivier omar osama oscar otto pablo patrice
patrick paul pedro peter philippe pierre quentin rafael raoul raphael raul raymond remi remy rene ricardo richard
robert roberto robin rodolphe roger roland romain romano ronald saad samuel sebastien serge sergei sergio silvio simon
stephane steve steven sylvain theo theodore thibault thierry thomas tim tony toussaint ulysse vaclav valentin valery
victor viktor vincent vladimir walter william willy xavier yann yannick yasser yvan yves yvon zinedine
"""

GENDER = {**dict.fromkeys(_WOMEN.split(), "f"), **dict.fromkeys(_MEN.split(), "m")}
"""``m`` or ``f`` for each first name."""
